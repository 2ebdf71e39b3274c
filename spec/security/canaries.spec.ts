import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { cli } from '../cli/command-line.js';
import { FakeServer } from '../plugins/mlflow/support/fake-server.js';
import { type Canary, canaries, PLACES, VARIABLES, valuesByOrigin } from './support/canaries.js';
import type { CanaryOrder } from './support/canary-app.js';
import { EchoingLM } from './support/echoing-lm.js';
import { CanaryFinder, type Found } from './support/find-canaries.js';
import { filesIn, printedBy, RecordingServer } from './support/outputs.js';

const SEED = 20_261_128;
const APP = fileURLToPath(new URL('support/canary-app.js', import.meta.url));
const CONFIG = fileURLToPath(new URL('support/canary-config.js', import.meta.url));
const REGISTER = fileURLToPath(new URL('../../lib/register.js', import.meta.url));

const CANARIES = canaries(SEED);
const VALUES = valuesByOrigin(SEED);
const idOf = ({ name, place }: Canary): string => `${name} in ${place}`;
const SOUGHT = [
  ...CANARIES.map((canary) => ({ id: idOf(canary), core: canary.core })),
  ...Object.entries(VALUES).map(([id, core]) => ({ id, core })),
];

/** Every output of an app, as text, by name. */
type Outputs = ReadonlyMap<string, string>;

/** Runs the app and returns everything that comes out of it, and of the commands afterwards. */
async function outputsOf(kind: { readonly control: boolean; readonly crash: boolean }): Promise<Outputs> {
  const dir = mkdtempSync(join(tmpdir(), 'canaries-'));
  const [lm, mlflow, otlp] = [new EchoingLM(SEED), await new FakeServer().start(), new RecordingServer()];
  try {
    const order: CanaryOrder = {
      seed: SEED,
      ...kind,
      lm: await lm.start(),
      mlflow: mlflow.url,
      otlp: await otlp.start(),
    };
    const printed = await runApp(order, join(dir, 'journal'));
    const outputs = new Map([['the terminal', printed], ...outputsIn(join(dir, 'journal'))]);
    outputs.set('the commands', await printedBy(join(dir, 'journal')));
    outputs.set('report -o', await reportOf(join(dir, 'journal'), join(dir, 'page.html')));
    outputs.set(
      'MLflow',
      mlflow.seen.map(({ path, body }) => `${path}\n${decodeURIComponent(path)}\n${body}`).join('\n'),
    );
    outputs.set('OTLP', otlp.bodies.join('\n'));
    return outputs;
  } finally {
    await Promise.all([lm.stop(), mlflow.stop(), otlp.stop()]);
    rmSync(dir, { recursive: true, force: true });
  }
}

async function runApp(order: CanaryOrder, dir: string): Promise<string> {
  const variables = Object.fromEntries(VARIABLES.map((name) => [name, VALUES[name as keyof typeof VALUES]]));
  const crash = order.crash ? { AX_AUTOLOG_CONFIG: CONFIG } : {};
  const flags = order.crash ? ['--import', REGISTER] : [];
  const app = spawn(process.execPath, [...flags, APP], {
    cwd: fileURLToPath(new URL('../../../', import.meta.url)),
    env: { ...process.env, ...variables, ...crash, AX_AUTOLOG_DIR: dir, CANARY_ORDER: JSON.stringify(order) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [app.stdout, app.stderr])
    stream.on('data', (chunk) => {
      printed += chunk;
    });
  const code = await new Promise((resolve) => app.on('close', resolve));
  expect(code, printed.slice(-2_000)).to.equal(order.crash ? 1 : 0);
  return printed;
}

/** Sorts the files of the journal's folder by the output they belong to. */
function outputsIn(dir: string): Map<string, string> {
  const outputs = new Map<string, string>();
  for (const [path, text] of filesIn(dir)) {
    const output = /\.state/.test(path)
      ? 'state files'
      : /events.*jsonl|blobs/.test(path)
        ? 'the journal'
        : /report.*html$/.test(path)
          ? 'the report'
          : 'files';
    outputs.set(output, `${outputs.get(output) ?? ''}\n${text}`);
  }
  return outputs;
}

async function reportOf(dir: string, page: string): Promise<string> {
  const runs = readdirSync(dir).filter((name) => !name.startsWith('.'));
  await cli(['report', ...runs.map((name) => join(dir, name)), '-o', page]);
  return [...filesIn(join(page, '..')).entries()].find(([path]) => path === 'page.html')?.[1] ?? '';
}

const finder = new CanaryFinder(SOUGHT);

function foundIn(outputs: Outputs): Map<string, Found[]> {
  return new Map([...outputs].map(([name, text]) => [name, finder.in(text)]));
}

describe('canaries', function () {
  this.timeout(120_000);

  it('are at least 300 secrets of every known shape in at least 20 places', () => {
    expect(CANARIES.length).to.be.at.least(300);
    expect(new Set(CANARIES.map(({ place }) => place)).size).to.be.at.least(20);
    expect(new Set(SOUGHT.map(({ core }) => core)).size).to.equal(SOUGHT.length);
  });

  describe('without redaction', () => {
    let found: Map<string, Found[]>;
    before(async () => {
      found = foundIn(await outputsOf({ control: true, crash: false }));
    });

    it('come out of every output', () => {
      for (const [output, secrets] of found) {
        if (output !== 'state files') expect(secrets.length, output).to.be.above(100);
      }
    });

    it('come out of every place', () => {
      const ids = new Set([...found.values()].flat().map(({ id }) => id));
      for (const place of PLACES) {
        const planted = CANARIES.filter((canary) => canary.place === place);
        const seen = planted.filter((canary) => ids.has(idOf(canary)));
        expect(seen.length, place).to.be.at.least(planted.length * 0.9);
      }
    });
  });

  for (const crash of [false, true]) {
    it(`come out of no output of an app that ${crash ? 'crashes' : 'ends'}`, async () => {
      const outputs = await outputsOf({ control: false, crash });
      for (const [name, text] of outputs) {
        // The app that crashes is configured with servers that do not exist.
        if (!crash || !['MLflow', 'OTLP'].includes(name)) expect(text.length, name).to.be.above(100);
      }
      const found = [...foundIn(outputs)].flatMap(([output, secrets]) =>
        secrets.map(({ id, form, excerpt }) => `${id}: ${output}, ${form}, ${JSON.stringify(excerpt)}`),
      );
      expect(found.sort()).to.deep.equal([]);
    });
  }
});
