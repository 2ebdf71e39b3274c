import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after } from 'mocha';
import { cleanEnvironment, python, pythonScript } from './environment.js';
import type { Dumped, LoggedModel, Prompt, Summary, Table, Traced } from './read-back.js';

type Reply = { readonly answer: unknown } | { readonly error: string };

/**
 * Python's own `mlflow` client, asked over a pipe: what it finds on the server is what a user of MLflow finds.
 * Importing it takes seconds, so one process answers all questions about one server.
 */
export class Reader {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  #errors = '';

  constructor(uri: string, environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(python(), [pythonScript('reader.py'), uri], { env: cleanEnvironment(environment) });
    open.add(this);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-10_000);
    });
    this.#child.stdin.on('error', () => undefined);
    createInterface(this.#child.stdout).on('line', (line) => {
      const reply = JSON.parse(line) as Reply;
      const asked = this.#waiting.shift();
      if ('error' in reply) asked?.reject(new Error(reply.error));
      else asked?.resolve(reply.answer);
    });
    this.#child.once('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`the reader ended:\n${this.#errors}`));
    });
  }

  experiments = () => this.#ask('experiments', {}) as Promise<string[]>;
  search = (experiment: string, filter = '') => this.#ask('search', { experiment, filter }) as Promise<string[]>;
  dump = (experiment: string) => this.#ask('dump', { experiment }) as Promise<Dumped[]>;
  summary = (experiment: string) => this.#ask('summary', { experiment }) as Promise<Summary[]>;
  table = (runId: string, path: string) => this.#ask('table', { run_id: runId, path }) as Promise<Table>;
  json = (runId: string, path: string) => this.#ask('json_artifact', { run_id: runId, path });
  searchPrompts = (filter = '') => this.#ask('search_prompts', { filter }) as Promise<string[]>;
  loadPrompt = (name: string, version: number) => this.#ask('load_prompt', { name, version }) as Promise<Prompt>;
  allVersions = (prefix: string) => this.#ask('all_versions', { prefix }) as Promise<Prompt[]>;
  traces = (experiment: string, about: { readonly run_id?: string; readonly filter?: string } = {}) =>
    this.#ask('traces', { experiment, ...about }) as Promise<Traced[]>;
  loggedModels = (experiment: string) => this.#ask('logged_models', { experiment }) as Promise<LoggedModel[]>;

  close(): void {
    open.delete(this);
    this.#child.stdin.end();
    this.#child.kill();
  }

  #ask(ask: string, question: Readonly<Record<string, unknown>>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ ask, ...question })}\n`);
    });
  }
}

const open = new Set<Reader>();

after(() => {
  for (const reader of open) reader.close();
});
