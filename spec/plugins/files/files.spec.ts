import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { AnyEvent, EventData, EventType } from '../../../lib/contract/events.js';
import type { Sink } from '../../../lib/contract/sink.js';
import { deliver } from '../../../lib/deliver/hooks.js';
import { type FilesOptions, files } from '../../../plugins/files/index.js';
import { envelope } from '../../contract/arbitrary.js';
import { story } from '../../contract/story.js';
import { readTree } from '../../golden/golden.js';
import { csvRows } from './csv.js';

const RUN = 'run-a';

describe('files sink', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'files-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  const read = (path: string): Promise<string> => readFile(join(dir, RUN, path), 'utf8');
  const json = async (path: string): Promise<Record<string, unknown>> => JSON.parse(await read(path));
  const event = <T extends EventType>(type: T, data: EventData[T], seq: number, place: object = {}): AnyEvent =>
    envelope(type, data, { runId: RUN, seq, ...place });

  const failureOf = async (sink: Sink, events: readonly AnyEvent[]): Promise<unknown> => {
    try {
      return await deliver(sink, events, null);
    } catch (error) {
      return error;
    }
  };

  it('has params and datasets on disk when the compile has started', async () => {
    const sink = files({ dir });
    await deliver(sink, story(RUN, '11').events.slice(0, 2), null);
    expect(await json('params.json')).to.include({ optimizer: 'Opt-run-a', numTrials: 2, metric: 'exact' });
    expect(await read('trainset.jsonl')).to.equal('{"q":"train run-a"}\n');
    expect(await read('valset.jsonl')).to.equal('{"q":"a"}\n{"q":"b"}\n');
    expect(await json('run.json')).to.include({ status: 'running', name: 'run of run-a' });
  });

  it('has each finished trial and the results so far of a running one, when the process dies', async () => {
    const sink = files({ dir });
    await deliver(sink, story(RUN, '11').events.slice(0, 9), null);
    expect((await readdir(join(dir, RUN, 'trials'))).sort()).to.deep.equal(['000-full', '001-full']);
    expect(await json('trials/000-full/trial.json')).to.include({ status: 'finished', score: 0.111 });
    expect(await json('trials/001-full/trial.json')).to.include({ status: 'running' });
    expect(csvRows(await read('trials/001-full/results.csv'))).to.have.length(1);
  });

  it('names a trial by its series once that is known', async () => {
    const sink = files({ dir });
    const [, , start, example, , end] = story(RUN, '11').events as [
      AnyEvent,
      AnyEvent,
      AnyEvent,
      AnyEvent,
      AnyEvent,
      AnyEvent,
    ];
    const unknown = { ...start, data: { ...start.data, key: null, step: null, name: null, scope: null } } as AnyEvent;
    await deliver(sink, [unknown, example], null);
    expect(await readdir(join(dir, RUN, 'trials'))).to.deep.equal(['000-running']);
    await deliver(sink, [end], null);
    expect(await readdir(join(dir, RUN, 'trials'))).to.deep.equal(['000-full']);
    expect(csvRows(await read('trials/000-full/results.csv'))).to.have.length(1);
  });

  it('makes a safe folder of any series name', async () => {
    const sink = files({ dir });
    const [, , start] = story(RUN, '11').events as [AnyEvent, AnyEvent, AnyEvent];
    await deliver(sink, [{ ...start, data: { ...start.data, key: '../../val/値段.x' } } as AnyEvent], null);
    const [name] = await readdir(join(dir, RUN, 'trials'));
    expect(name).to.match(/^000-.*val_値段~[0-9a-f]{6}\.x$/);
    expect(await readdir(dir)).to.deep.equal([RUN]);
  });

  it('gives later compiles of a run their own folder, params and steps', async () => {
    const sink = files({ dir });
    const first = story(RUN, '11').events.slice(0, -1);
    const second = story(RUN, '22')
      .events.slice(1, -1)
      .map((each, at) => {
        const index = each.type.startsWith('onTrial')
          ? { index: (each.data as { index: number }).index + 2 }
          : { index: 1 };
        const data = each.type === 'onExampleEnd' ? each.data : { ...each.data, ...index };
        const ids = { compileId: 'c1', ...(each.trialId ? { trialId: `${each.trialId}-second` } : {}) };
        return { ...each, ...ids, data, seq: 100 + at, time: each.time + 10_000 } as AnyEvent;
      });
    await deliver(sink, [...first, ...second], null);
    expect(await json('best_model.json')).to.include({ score: 0.811 });
    expect(await json('compile_1/best_model.json')).to.include({ score: 0.822 });
    expect(await read('compile_1/trainset.jsonl')).to.equal('{"q":"train run-a"}\n');
    expect(await json('params.json')).to.include({ numTrials: 2, 'compile_1/numTrials': 2 });
    expect((await readdir(join(dir, RUN, 'trials'))).sort()).to.deep.equal([
      '000-full',
      '001-full',
      '002-full',
      '003-full',
    ]);
  });

  it('writes metrics as points that can be plotted', async () => {
    const sink = files({ dir });
    const mine = event('onLog', { kind: 'metric', key: 'my/"metric", new', value: -0.5, step: 3 }, 50);
    await deliver(sink, [...story(RUN, '11').events, mine], null);
    const rows = csvRows(await read('metrics.csv'));
    const points = rows.map(({ key, step, value }) => [key, step, value]);
    expect(points).to.deep.include.members([
      ['eval_full', '0', '0.111'],
      ['best_full', '0', '0.111'],
      ['eval_full', '1', '0.811'],
      ['my/"metric", new', '3', '-0.5'],
    ]);
    expect(rows[0]).to.include({ time: '2026-11-18T11:06:40.500Z', trialId: 't0.run-a' });
  });

  it('keeps artifacts, inside the folder whatever their path', async () => {
    const sink = files({ dir });
    const artifact = (path: string, content: string, encoding: 'utf8' | 'base64', seq: number): AnyEvent =>
      event('onLog', { kind: 'artifact', path, content, encoding }, seq);
    await deliver(
      sink,
      [
        artifact('plots/loss.txt', 'Größe', 'utf8', 0),
        artifact('raw.bin', Buffer.from([0, 255, 1]).toString('base64'), 'base64', 1),
        artifact('../../../escaped.txt', 'no', 'utf8', 2),
        event('onLog', { kind: 'artifact', path: 'a.json', content: { a: 1 }, encoding: 'json' }, 3),
      ],
      null,
    );
    expect(await read('artifacts/plots/loss.txt')).to.equal('Größe');
    expect([...(await readFile(join(dir, RUN, 'artifacts/raw.bin')))]).to.deep.equal([0, 255, 1]);
    expect(await json('artifacts/a.json')).to.deep.equal({ a: 1 });
    expect(await readdir(dir)).to.deep.equal([RUN]);
  });

  it('keeps an artifact whose name another needs as a folder, and goes on', async () => {
    const sink = files({ dir });
    const paths = ['a', 'a/b.txt', 'a/c/d.txt', 'x/y', 'x', 'x/y/z', 'a', '..', '../e'];
    const events = paths.map((path, seq) =>
      event('onLog', { kind: 'artifact', path, content: `${seq}`, encoding: 'utf8' }, seq),
    );
    await deliver(sink, events, null);
    await deliver(sink, [event('onRunEnd', { status: 'finished', durationMs: 1 }, paths.length)], null);
    expect(await json('run.json')).to.include({ status: 'finished' });
    const kept = await readTree(join(dir, RUN, 'artifacts'));
    expect(Object.values(kept).sort()).to.deep.equal(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(kept).to.include({ a: '6', 'x/y': '3' });
  });

  it('makes no folder for a warning outside of every run', async () => {
    const sink = files({ dir });
    const warning = { code: 'AXL_SINK_FAILED', message: 'm', count: 1, data: null };
    await deliver(sink, [envelope('onWarning', warning, { runId: '', seq: 0 })], null);
    expect(await readdir(dir)).to.deep.equal([]);
  });

  it('writes no examples where they are not captured', async () => {
    const sink = files({ dir });
    const [start, compile] = story(RUN, '11').events as [AnyEvent, AnyEvent];
    const bare = { size: 2, digest: 'd', fields: ['q'], examples: null };
    await deliver(
      sink,
      [start, { ...compile, data: { ...compile.data, trainset: bare, valset: bare } } as AnyEvent],
      null,
    );
    expect(await readdir(join(dir, RUN))).to.not.include('trainset.jsonl');
    expect(await read('run.json')).to.include('"size": 2');
  });

  it('leaves no temporary files', async () => {
    const sink = files({ dir });
    for (const each of story(RUN, '11').events) await deliver(sink, [each], null);
    await sink.close?.();
    expect(Object.keys(await readTree(dir)).filter((path) => path.includes('.tmp'))).to.deep.equal([]);
  });

  describe('and what others wrote', () => {
    const by = (writer: string, mark: string): AnyEvent[] =>
      story(RUN, mark).events.map((each) => ({ ...each, writer }) as AnyEvent);

    it('keeps two processes that write one run apart', async () => {
      const [one, two] = [files({ dir }), files({ dir })];
      const [ofOne, ofTwo] = [by('w1', '11'), by('w2', '22')];
      for (const [at, each] of ofOne.entries()) {
        await Promise.all([deliver(one, [each], null), deliver(two, [ofTwo[at] as AnyEvent], null)]);
      }
      const first = (await json('run.json')).writer === 'w1' ? ['0.811', '0.822', 'w2'] : ['0.822', '0.811', 'w1'];
      const [rootScore = '', otherScore = '', other = ''] = first;
      const scores = async (path: string): Promise<string> => read(path);
      expect(await scores('metrics.csv'))
        .to.include(rootScore)
        .and.not.include(otherScore);
      expect(await scores(`writers/${other}/metrics.csv`))
        .to.include(otherScore)
        .and.not.include(rootScore);
    });

    it('leaves the files of an earlier run of that id as they are', async () => {
      await deliver(files({ dir }), by('w1', '11'), null);
      const before = await readTree(join(dir, RUN));
      await deliver(files({ dir }), by('w2', '22'), null);
      expect(await readTree(join(dir, RUN))).to.include(before);
    });

    it('leaves a run.json that it cannot read', async () => {
      await mkdir(join(dir, RUN), { recursive: true });
      await writeFile(join(dir, RUN, 'run.json'), 'mine');
      await deliver(files({ dir }), by('w1', '11'), null);
      expect(await read('run.json')).to.equal('mine');
      expect(JSON.parse(await read('writers/w1/run.json'))).to.include({ status: 'finished' });
    });
  });

  describe('when a file cannot be written', () => {
    it('says so with AXL_FILES_WRITE, writes the others, and loses and doubles nothing once it can', async () => {
      const { events } = story(RUN, '11');
      const sink = files({ dir });
      await deliver(sink, events.slice(0, 2), null);
      await writeFile(join(dir, RUN, 'trials'), 'in the way');
      const failure = await failureOf(sink, events.slice(2));
      expect(failure).to.be.an('error').with.property('code', 'AXL_FILES_WRITE');
      expect((failure as Error).message).to.include('trials');
      expect(await json('run.json')).to.include({ status: 'finished' });
      await rm(join(dir, RUN, 'trials'));
      await deliver(sink, events.slice(2), null);
      await rm(join(dir, RUN, 'run.json'));
      const undisturbed = files({ dir: join(dir, 'other') });
      await deliver(undisturbed, events, null);
      const { 'run.json': _removed, ...expected } = await readTree(join(dir, 'other', RUN));
      expect(await readTree(join(dir, RUN))).to.deep.equal(expected);
    });

    it('says so when the folder itself cannot be made', async () => {
      await writeFile(join(dir, 'file'), '');
      const sink = files({ dir: join(dir, 'file') });
      const failure = await failureOf(sink, story(RUN, '11').events);
      expect(failure).to.be.an('error').with.property('code', 'AXL_FILES_WRITE');
    });
  });

  it('writes to the default folder, hidden from git, when there is no journal', async () => {
    const sink = files();
    const before = process.env.AX_AUTOLOG_DIR;
    process.env.AX_AUTOLOG_DIR = join(dir, 'default');
    try {
      await sink.setup?.({ journalDir: null, warn: () => {} });
      await deliver(sink, story(RUN, '11').events, null);
    } finally {
      if (before === undefined) delete process.env.AX_AUTOLOG_DIR;
      else process.env.AX_AUTOLOG_DIR = before;
    }
    expect((await readdir(join(dir, 'default'))).sort()).to.deep.equal(['.gitignore', RUN]);
    expect(await readFile(join(dir, 'default', '.gitignore'), 'utf8')).to.equal('*\n');
  });

  it('refuses options it cannot use', () => {
    for (const dir of ['', 7]) expect(() => files({ dir } as FilesOptions)).to.throw('AXL_BAD_OPTIONS');
    expect(() => files({ folder: 'x' } as FilesOptions)).to.throw(/AXL_BAD_OPTIONS.*'folder'.*dir/);
    expect(() => files('runs' as FilesOptions)).to.throw(/AXL_BAD_OPTIONS.*string.*dir/);
  });
});
