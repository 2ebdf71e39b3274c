import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxBootstrapFewShot, AxGEPA, ax } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { trackCompile } from '../../lib/capture/decorators/index.js';
import type { AnyEvent } from '../../lib/contract/events.js';
import { readRun } from '../../lib/journal/reader.js';
import { listRuns } from '../../lib/journal/runs.js';
import { type LoadBestOptions, loadBest } from '../../lib/load-best.js';
import { type AutologOptions, autolog } from '../../lib/setup/autolog.js';
import { shutdown } from '../../lib/setup/shutdown.js';
import { recorder } from '../../lib/testing.js';
import { files } from '../../plugins/files/index.js';
import { type Program, requestsOf, scriptedAI } from '../load-best/programs.js';

const KEY = `sk-${'a1B2c3D4'.repeat(6)}`;
const PASSWORD = 'walrus7quietly';
const URL_KEY = `ghp_${'Zz9Yy8Xx7'.repeat(4)}`;

/** Literal placeholders and the text of redaction are a program's own here. */
const OWN_TEXT = 'Write {{AX_SECRET_1}}, {{AX_SECRET_TEXT}} and [REDACTED] as they are.';

const EXAMPLES = [1, 2, 3, 4].map((n) => ({
  question: `What is ${n} + ${n}? My key is ${KEY}.`,
  answer: String(2 * n),
}));

function programWith(instruction: string): Program {
  const program = ax('question:string -> answer:string');
  program.setInstruction(instruction);
  return program;
}

const INSTRUCTION = `Fetch https://shop:${PASSWORD}@shop.example/sums with Bearer ${URL_KEY}. ${OWN_TEXT}`;

async function gepa(): Promise<Program> {
  const { ai } = scriptedAI();
  const optimizer = new AxGEPA({ studentAI: ai, teacherAI: ai, numTrials: 1, seed: 1, minibatchSize: 3 });
  const result = await optimizer.compile(programWith(INSTRUCTION), EXAMPLES, () => 1, { maxMetricCalls: 30 });
  const program = programWith('Answer.');
  result.optimizedProgram?.applyTo(program);
  return program;
}

async function bootstrap(): Promise<Program> {
  const optimizer = new AxBootstrapFewShot({ studentAI: scriptedAI().ai });
  const result = await optimizer.compile(programWith(INSTRUCTION), EXAMPLES, () => 1);
  const program = programWith(INSTRUCTION);
  program.setDemos(result.demos ?? []);
  return program;
}

async function custom(): Promise<Program> {
  const teleprompter = {
    async compile(program: Program): Promise<Program> {
      const traces = [
        { question: `${KEY} or ${URL_KEY}?`, answer: JSON.stringify({ login: `Bearer ${URL_KEY}` }) },
        { question: 'Who is 078-05-1120?', answer: '[REDACTED]' },
      ];
      program.setDemos([{ programId: program.getId(), traces }]);
      return program;
    },
  };
  trackCompile(teleprompter);
  return await teleprompter.compile(programWith(INSTRUCTION));
}

/** Returns a compile of a program with this signature that sets these demos. */
function compileWithDemos(signature: string, traces: readonly object[]): () => Promise<unknown> {
  const teleprompter = {
    async compile(program: ReturnType<typeof ax>): Promise<unknown> {
      program.setInstruction('Decide whether the password is required. The token limit is 5.');
      program.setDemos([{ programId: program.getId(), traces } as never]);
      return program;
    },
  };
  trackCompile(teleprompter);
  return () => teleprompter.compile(ax(signature as never));
}

describe('secrets of programs', function () {
  this.timeout(20_000);
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'program-secrets-'));
  });
  afterEach(async () => {
    await shutdown();
    autolog({ disable: true });
    rmSync(dir, { recursive: true });
  });

  async function track<T>(fn: () => Promise<T>, options: AutologOptions = {}): Promise<T> {
    autolog({ logCompiles: true, journal: { dir }, silent: true, sinks: [recorder()], ...options });
    const result = await fn();
    await shutdown();
    return result;
  }

  function runFolder(): string {
    return listRuns(dir).find(({ kind }) => kind !== 'predictions')?.runDir ?? '';
  }

  function everything(): string {
    const names = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return names.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n');
  }

  function eventOf<T extends AnyEvent['type']>(type: T): Extract<AnyEvent, { type: T }> {
    for (const event of readRun(runFolder())) if (event.type === type) return event as never;
    return expect.fail(`no ${type}`);
  }

  function bestData() {
    return eventOf('onCompileEnd').data.best ?? expect.fail('no best program');
  }

  async function refusal(path: string, options?: LoadBestOptions): Promise<Error & { code?: string }> {
    return await loadBest(path, options).then(
      () => expect.fail('loaded'),
      (error: Error) => error,
    );
  }

  /** Gives each name the secret whose surroundings in the program match. */
  function secretsFor(names: readonly string[], options: readonly string[]): Record<string, string> {
    const text = JSON.stringify(bestData().program) + JSON.stringify(bestData().candidate);
    return Object.fromEntries(
      names.map((name) => {
        const before = text.slice(0, text.indexOf(`{{${name}}}`)).slice(-12);
        return [
          name,
          options.find((_, i) => [/My key is $|"question":"$/, /:\/\/$/, /Bearer $|or $/][i]?.test(before)) ?? '',
        ];
      }),
    );
  }

  for (const [name, compile] of [
    ['GEPA', gepa],
    ['BootstrapFewShot', bootstrap],
    ['a custom optimizer', custom],
  ] as const) {
    for (const source of ['files', 'journal'] as const) {
      it(`are placeholders in the winner of ${name}; with them, it is the winner, from the ${source}`, async () => {
        const sinks = source === 'files' ? [files()] : [recorder()];
        const expected = await requestsOf(await track(compile, { sinks }));
        for (const secret of [KEY, PASSWORD, URL_KEY]) expect(everything()).to.not.contain(secret);
        const { secrets = [] } = bestData();
        expect(secrets).to.have.length.greaterThan(1);
        const error = await refusal(runFolder());
        expect(error.code).to.equal('AXL_BEST_SECRETS');
        for (const secret of secrets) expect(error.message).to.contain(`${secret} at `);
        const given = secretsFor(secrets, [KEY, `shop:${PASSWORD}`, URL_KEY]);
        const best = await loadBest(runFolder(), { secrets: given });
        expect(best).to.not.have.property('secrets');
        expect(await requestsOf(best.applyTo(programWith('Answer.')))).to.deep.equal(expected);
        const { checks } = eventOf('onCertificate').data;
        const serialized = checks.find((check) => check.name === 'serialized');
        expect(serialized).to.deep.include({ passed: true });
        expect(serialized?.detail).to.contain(`its ${secrets.length} secrets given`);
        expect(checks.find((check) => check.name === 'loaded')).to.deep.include({ passed: true });
        expect(checks.find((check) => check.name === 'rendered')).to.deep.include({ passed: true });
      });
    }
  }

  it('are refused unless each is given by its name, and no other', async () => {
    await track(custom);
    const { secrets = [] } = bestData();
    const given = Object.fromEntries(secrets.map((name) => [name, 'x']));
    for (const wrong of [{}, { ...given, AX_SECRET_1: undefined }, { ...given, AX_SECRET_1: '' }]) {
      const error = await refusal(runFolder(), { secrets: wrong });
      expect(error).to.have.property('code', 'AXL_BEST_SECRETS');
      expect(error.message).to.contain('AX_SECRET_1');
    }
    const unknown = await refusal(runFolder(), { secrets: { ...given, AX_SECRET_99: 'x' } });
    expect(unknown).to.have.property('code', 'AXL_BEST_SECRETS');
    expect(unknown.message).to.contain('got AX_SECRET_99');
    for (const options of [null, { secrets: ['x'] }, { allowRedacted: 1 }, { secret: {} }]) {
      expect(await refusal(runFolder(), options as never)).to.have.property('code', 'AXL_BAD_OPTIONS');
    }
  });

  it('change nothing in a program without secrets, whatever its fields are called', async () => {
    const traces = [{ password: 'required', authorizationStatus: 'approved' }];
    await track(compileWithDemos('password:string -> authorizationStatus:string', traces), { sinks: [files()] });
    expect(bestData()).to.not.have.any.keys('secrets', 'altered');
    const file = readFileSync(join(runFolder(), 'best_model.json'), 'utf8');
    expect(Object.keys(JSON.parse(file))).to.deep.equal([
      ...['v', 'runId', 'compileId', 'optimizer', 'score', 'format', 'candidate', 'program'],
    ]);
    expect(JSON.stringify((await loadBest(runFolder())).program)).to.contain('"authorizationStatus":"approved"');
  });

  it("keep a program's own text that looks like a placeholder or like redaction", async () => {
    const expected = programWith(OWN_TEXT);
    const teleprompter = { compile: async () => programWith(OWN_TEXT) };
    trackCompile(teleprompter);
    await track(() => teleprompter.compile());
    const best = await loadBest(runFolder());
    expect(await requestsOf(best.applyTo(programWith('Answer.')))).to.deep.equal(await requestsOf(expected));
  });

  it("replace the values of the user's own secret names, numbers too, and bring them back", async () => {
    const traces = [{ answer: 'a', patient: { ids: ['P-1', 4711], known: true } }];
    await track(compileWithDemos('patient:json -> answer:string', traces), { redact: { keys: ['patient'] } });
    const { secrets } = bestData();
    expect(secrets).to.deep.equal(['AX_SECRET_1', 'AX_SECRET_2']);
    const best = await loadBest(runFolder(), { secrets: { AX_SECRET_1: 'P-1', AX_SECRET_2: 4711 } });
    expect(best.demos).to.deep.equal([{ programId: 'root', traces }]);
  });

  it('are gone for good if redact.fn replaced them: loading says so, or loads what is recorded', async () => {
    const fn = (value: unknown) => (typeof value === 'string' ? value.replaceAll('sums', '***') : value);
    await track(custom, { redact: { fn } });
    const secrets = Object.fromEntries((bestData().secrets ?? []).map((name) => [name, 'x']));
    const error = await refusal(runFolder(), { secrets });
    expect(error).to.have.property('code', 'AXL_BEST_SECRETS');
    expect(error.message).to.contain('program.texts.root::instruction').and.contain('allowRedacted');
    const best = await loadBest(runFolder(), { secrets, allowRedacted: true });
    expect(JSON.stringify(best.program)).to.contain('***');
    const { checks } = eventOf('onCertificate').data;
    expect(checks.find((check) => check.name === 'serialized')).to.deep.include({ passed: false });
  });

  it('are not made up for files of version 0.1, which do not name them', async () => {
    const candidate = { id: '0'.repeat(16), texts: {}, demos: [], parents: [] };
    const program = { demos: [{ programId: 'root', traces: [{ question: 'q', answer: '[REDACTED]' }] }] };
    const file = { v: 1, runId: 'r', compileId: null, optimizer: null, score: 1, format: 'demos', candidate, program };
    writeFileSync(join(dir, 'best_model.json'), JSON.stringify(file));
    const error = await refusal(dir);
    expect(error).to.have.property('code', 'AXL_BEST_SECRETS');
    expect(error.message).to.contain('program.demos[0].traces[0].answer');
    const best = await loadBest(dir, { allowRedacted: true });
    expect(best.program).to.deep.equal(program);
  });

  it('have the same names, and so candidates the same ids, in every run', async () => {
    await track(custom);
    const first = bestData().candidate.id;
    rmSync(dir, { recursive: true });
    await track(custom);
    expect(bestData().candidate.id).to.equal(first);
  });
});
