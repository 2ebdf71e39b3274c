import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { after, describe, it } from 'mocha';
import { train } from './support.js';

const SAMPLES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'samples');
const home = mkdtempSync(join(tmpdir(), 'ax-autolog-samples-'));

interface Outcome {
  readonly code: number | null;
  readonly text: string;
  readonly errors: string;
}

/** Runs a sample as a user does, in an empty folder and without keys. */
function run(name: string, args: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const kept = Object.entries(process.env).filter(([key]) => !/KEY|MLFLOW|AX_AUTOLOG/.test(key));
  const env = { ...Object.fromEntries(kept), ...more };
  const child = spawn(process.execPath, [join(SAMPLES, `${name}.js`), ...args], { cwd: home, env });
  const out = { text: '', errors: '' };
  child.stdout.on('data', (part: Buffer) => (out.text += part.toString()));
  child.stderr.on('data', (part: Buffer) => (out.errors += part.toString()));
  return new Promise((resolve, fail) => {
    child.on('error', fail);
    child.on('close', (code) => resolve({ code, ...out }));
  });
}

/** A file of 60 problems in GSM8K's format. */
function sixtyProblems(): string {
  const file = join(home, 'mine.jsonl');
  const lines = train
    .slice(0, 60)
    .map((p) => JSON.stringify({ question: p.question, answer: `${p.rationale}\n#### ${p.answer}` }));
  writeFileSync(file, lines.join('\n'));
  return file;
}

const percentAfter = (text: string, label: RegExp): number =>
  Number(text.match(new RegExp(`${label.source}\\s+([\\d.]+) %`))?.[1] ?? Number.NaN);

describe('sample programs', () => {
  after(() => rmSync(home, { recursive: true, force: true }));

  it('gsm8k: both searches beat the seed prompt, and the files are where it says', async () => {
    const { code, text, errors } = await run('gsm8k/main', ['--seed', '2']);
    expect(code, errors).to.equal(0);
    const seed = percentAfter(text, /seed prompt/);
    expect(percentAfter(text, /after MIPROv2/)).to.be.above(seed + 10);
    expect(percentAfter(text, /after AxGEPA/)).to.be.above(seed + 10);
    expect(text).to.include('simulated LM');
    const folder = text.match(/Everything is in (\S+):/)?.[1] ?? '';
    expect(existsSync(join(home, folder, 'events.jsonl')), folder).to.equal(true);
  });

  it('gsm8k: takes a file of yours, a seed and a journal folder', async () => {
    const file = join(home, 'mine.jsonl');
    const lines = train
      .slice(0, 60)
      .map((p) => JSON.stringify({ question: p.question, answer: `${p.rationale}\n#### ${p.answer}` }));
    writeFileSync(file, lines.join('\n'));
    const { code, text, errors } = await run('gsm8k/main', [
      '--data',
      file,
      '--seed',
      '5',
      '--journal-dir',
      'elsewhere',
    ]);
    expect(code, errors).to.equal(0);
    expect(text).to.include('16 problems to learn from, 24 to select by, 20 held out');
    expect(readdirSync(join(home, 'elsewhere')).length).to.be.at.least(1);
  });

  it('gsm8k: asks the MLflow server that the environment names, and ends well where it refuses', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(401).end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const { code, errors } = await run('gsm8k/main', ['--data', sixtyProblems()], {
      MLFLOW_TRACKING_URI: `http://127.0.0.1:${port}`,
    });
    server.closeAllConnections();
    server.close();
    expect(code, errors).to.equal(0);
    expect(asked.join()).to.include('/api/2.0/mlflow/');
  });

  it('gsm8k: says what is wrong with a file and ends with 1', async () => {
    const file = join(home, 'bad.jsonl');
    writeFileSync(file, '{"question":"q","answer":"#### 1"}\nnonsense\n');
    const { code, errors } = await run('gsm8k/main', ['--data', file]);
    expect(code).to.equal(1);
    expect(errors).to.include('bad.jsonl, line 2').and.to.include('Expected');
    expect(errors).to.not.include('    at ');
  });

  const others: readonly (readonly [string, RegExp])[] = [
    ['custom-teleprompter', /RandomSearch's best candidate solves \d+ %/],
    ['custom-evaluator', /score on 30 problems: 0\.\d+/],
    ['custom-sink', /new best: [\s\S]*three best of 3 full evaluations, in 13 trials\n( {2}.*% {2}eval_full_.*\n){3}$/],
    ['otel', /nightly check\n {4}evaluate eval {2}score [\d.]+\n {2}invoke_workflow .*score [01]\n {4}chat .*tokens/],
    [
      'traces',
      /\d of 4 problems solved[\s\S]*expected \d+, got .*\n {2}LLM AxGen\.forward\n {4}CHAT_MODEL chat .*tokens {2}\$0\.\d/,
    ],
    ['report', /GEPA made \d+ trials[\s\S]*Open \S+report\.html/],
    ['autolog', /AxBootstrapFewShot found \d+ demos/],
  ];
  for (const [name, expected] of others) {
    it(`${name}: ends by itself and prints something a newcomer understands`, async () => {
      const { code, text, errors } = await run(name);
      expect(code, errors).to.equal(0);
      expect(text).to.match(expected).and.to.include('simulated LM');
    });
  }
});
