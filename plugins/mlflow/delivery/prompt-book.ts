import { createHash } from 'node:crypto';
import { AutologError } from 'ax-autolog/sink';
import type { Prompts } from '../client/prompts.js';
import { MAX_PROMPT_CHARS } from '../limits.js';
import { type PromptWrite, TAG } from '../mapping/writes.js';
import type { LinkedPrompt } from './state.js';

const DIGEST_TAG = `${TAG}sha256`;

/**
 * Registers instructions as versions of prompts. A text is a version once, whatever number of runs and candidates it
 * occurs in: it is looked for by its hash before it is registered.
 */
export class PromptBook {
  readonly #prompts: Prompts;
  readonly #prefix: string;
  readonly #ensured = new Set<string>();
  readonly #versions = new Map<string, string>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(prompts: Prompts, prefix: string) {
    this.#prompts = prompts;
    this.#prefix = prefix;
  }

  /** The version with that text, which is made if there is none. One at a time, so that two runs do not make it twice. */
  register(write: PromptWrite, experimentId: string): Promise<LinkedPrompt> {
    const result = this.#turn.then(() => this.#register(write, experimentId));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #register({ component, text, description, tags }: PromptWrite, experimentId: string): Promise<LinkedPrompt> {
    const name = promptName(this.#prefix, component);
    if (text.length > MAX_PROMPT_CHARS) {
      const what = `the text of ${component} has ${text.length} characters; a prompt takes ${MAX_PROMPT_CHARS}`;
      throw new AutologError('AXL_MLFLOW_REFUSED', what);
    }
    const digest = createHash('sha256').update(text).digest('hex');
    const known = this.#versions.get(`${name} ${digest}`);
    if (known !== undefined) return { name, version: known };
    if (!this.#ensured.has(name)) await this.#prompts.ensure(name, experimentId);
    this.#ensured.add(name);
    const all = new Map([...Object.entries(tags), [DIGEST_TAG, digest], [`${TAG}component`, component]]);
    const version =
      (await this.#prompts.find(name, DIGEST_TAG, digest)) ??
      (await this.#prompts.createVersion({ name, text, description, tags: all }));
    this.#versions.set(`${name} ${digest}`, version);
    return { name, version };
  }
}

/** MLflow takes letters, digits, `_`, `-` and `.` in a prompt's name: `gsm8k` and `root::instruction` give `gsm8k.root.instruction`. */
export function promptName(prefix: string, component: string): string {
  return `${prefix}.${component}`
    .replace(/:+/g, '.')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+/, '');
}
