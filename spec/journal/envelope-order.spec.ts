import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  activeCompile,
  activeRun,
  autolog,
  flush,
  shutdown,
  startRun,
  trackCompile,
  trackEval,
  trackTrial,
} from 'ax-autolog';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';

/** Every key that a line may have, in the order in which all lines have theirs. */
const ORDER = [
  'v',
  'seq',
  'time',
  'writer',
  'runId',
  'compileId',
  'evalId',
  'trialId',
  'candidateId',
  'parentRunId',
  'type',
  'data',
  'derived',
  'blobs',
];
const IDS = ['compileId', 'evalId', 'trialId', 'candidateId', 'parentRunId'];
/** A text too big for its line: it moves to a blob. */
const BIG = 'word '.repeat(20_000);

const seed = { texts: { instruction: 'Answer.' } };
const examples = [{ question: 'a' }, { question: 'b' }];

@trackCompile()
class Search {
  async compile(program: object, trainset: readonly object[]): Promise<object> {
    const id = activeCompile()?.propose({ texts: { instruction: 'Think.' } }) ?? '';
    await this.score(program, trainset);
    activeCompile()?.accept(id, 'better');
    return program;
  }

  @trackTrial()
  async score(_candidate: object, batch: readonly object[]): Promise<object> {
    activeRun()?.logMetric('batch', batch.length);
    return { score: 1, results: batch.map((example) => ({ example, prediction: null, score: 1 })) };
  }
}

class Judge {
  @trackEval({ devset: 1 })
  async evaluate(_program: object, devset: readonly object[]): Promise<object> {
    return { score: 1, results: devset.map((example) => ({ example, prediction: null, score: 1 })) };
  }

  @trackEval()
  async weigh(): Promise<number> {
    return 1;
  }
}

/** Events with every combination of ids that can be had in a run. */
async function everything(): Promise<void> {
  await new Search().compile(seed, examples);
  await new Judge().evaluate(seed, examples);
  await new Judge().weigh();
}

describe('the order of an event’s keys in the journal', () => {
  let dir = '';
  let lines: string[] = [];

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'axl-order-'));
    autolog({ logEvals: true, sinks: [], silent: true, journal: { dir } });
    try {
      await startRun({ runName: 'outer' }, async (run) => {
        run.logArtifact('big.txt', BIG);
        await everything();
        await startRun({ runName: 'inner', params: { big: BIG } }, everything);
      });
      await flush();
    } finally {
      await shutdown();
      autolog({ disable: true });
    }
    const runs = readdirSync(dir, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const texts = runs.map(({ name }) => readFileSync(join(dir, name, 'events.jsonl'), 'utf8'));
    lines = texts.flatMap((text) => text.trimEnd().split('\n'));
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  const keysOf = (line: string) => Object.keys(JSON.parse(line) as object);

  it('is the same in every line, whichever of them it has', () => {
    for (const line of lines) {
      const keys = keysOf(line);
      expect(keys, line.slice(0, 300)).to.deep.equal(ORDER.filter((key) => keys.includes(key)));
      expect(keys).to.include.members(['v', 'seq', 'time', 'writer', 'runId', 'type', 'data', 'derived']);
    }
  });

  it('was seen with every combination of ids, in a run and in one inside another', () => {
    const seen = lines.map((line) =>
      keysOf(line)
        .filter((key) => IDS.includes(key))
        .join(' '),
    );
    const alone = ['', 'compileId', 'compileId candidateId', 'compileId trialId', 'compileId trialId candidateId'];
    const combinations = [...alone, 'evalId', 'evalId candidateId'];
    const inside = combinations.map((ids) => `${ids} parentRunId`.trim());
    expect([...new Set(seen)].sort()).to.deep.equal([...combinations, ...inside].sort());
  });

  it('has blobs at the end of a line that has any', () => {
    const withBlobs = lines.map(keysOf).filter((keys) => keys.includes('blobs'));
    expect(withBlobs.map((keys) => keys.at(-1))).to.deep.equal(['blobs', 'blobs']);
  });

  it('lets a reader find writer and type without parsing the line', () => {
    for (const line of lines) {
      const { writer, type } = JSON.parse(line) as { readonly writer: string; readonly type: string };
      expect(line).to.equal(JSON.stringify(JSON.parse(line)));
      expect(line).to.match(/^\{"v":1,"seq":\d+,"time":[\d.]+,"writer":"[0-9a-z]+-[0-9a-f]+","runId":"[^"{}]+",/);
      expect(/"writer":"([^"]+)"/.exec(line)?.[1]).to.equal(writer);
      expect(/^\{[^{}]*?"type":"(\w+)","data":\{/.exec(line)?.[1]).to.equal(type);
    }
  });
});
