import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { type SimulatedLM, startSimulatedLM } from '../../samples/lm/simulated-lm.js';
import { test, train } from '../samples/support.js';
import { compare, type Differences, type Section } from './support/parity.js';
import { expectTable } from './support/parity-table.js';
import { traceSections } from './support/parity-traces.js';
import { newExperiment } from './support/processes.js';
import type { Dumped, Traced } from './support/read-back.js';
import { Reader } from './support/reader.js';
import { type Reference, reference } from './support/reference.js';
import { SCENARIOS } from './support/scenarios.js';
import { type MlflowServer, sharedServer } from './support/server.js';
import { trackLive } from './support/tracking.js';

const SAME: Differences = { names: {}, excused: {} };
const DIFFERENCES: Readonly<Record<string, Differences>> = {
  // Their GEPA names no metric key for the one evaluation they see; it is the evaluation of the seed on the whole set.
  gepa: { names: { eval_0: 'eval_full_0', eval: 'eval_full' }, excused: {} },
  'eval-metric-raises': {
    names: {},
    excused: {
      status:
        'their callback breaks the user’s `Evaluate`; ours scores the two examples 0 and finishes, as without tracking',
    },
  },
};

/** What one scenario left on the server. */
interface Written {
  readonly theirs: Reference;
  readonly ours: readonly Dumped[];
  readonly traces: readonly Traced[];
  readonly sections: readonly Section[];
  readonly excused: Differences['excused'];
}

describe('what mlflow.dspy.autolog writes, written by ax-autolog', function () {
  this.timeout(120_000);
  const written = new Map<string, Written>();
  let server: MlflowServer;
  let reader: Reader;
  let lm: SimulatedLM;

  before(async () => {
    server = await sharedServer();
    reader = new Reader(server.uri);
    lm = await startSimulatedLM({ problems: [...train, ...test] });
  });
  after(() => lm.close());

  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    it(`${name}: is a superset`, async () => {
      const experiment = newExperiment(`parity ${name}`);
      const differences = DIFFERENCES[name] ?? SAME;
      await trackLive({ uri: server.uri, experiment }, scenario.switches, () => scenario.run(lm.ai));
      const [theirs, ours] = [reference(name), await reader.dump(experiment)];
      const traces = await reader.traces(experiment);
      const sections = [...compare(theirs, ours, differences), ...traceSections(theirs, ours, traces)];
      written.set(name, { theirs, ours, traces, sections, excused: differences.excused });
      const lines = sections.flatMap((section) => section.lines);
      const missing = lines.filter(({ what }) => !(what in differences.excused)).flatMap((line) => line.missing);
      expect(missing).to.deep.equal([]);
    });

    it(`${name}: tables load with Python’s mlflow.load_table as theirs do`, async () => {
      const { theirs, ours } = written.get(name) ?? { theirs: reference(name), ours: [] };
      const tables = new Set(
        theirs.runs.flatMap((run) =>
          Object.entries(run.artifacts).flatMap(([path, { kind }]) => (kind === 'table' ? [path] : [])),
        ),
      );
      for (const run of ours.filter(({ parent }, index) => parent === null || index === 1)) {
        for (const path of [...tables].filter((table) => table in run.artifacts)) {
          const { columns, data } = await reader.table(run.id, path);
          const raw = JSON.parse(run.artifacts[path] ?? '') as { columns: string[]; data: unknown[][] };
          expect(columns, `${run.name}/${path}`).to.deep.equal(raw.columns);
          expect(data.length, `${run.name}/${path}`).to.equal(raw.data.length);
        }
      }
    });
  }

  it('traces of a compile are on the run of their trial, those of proposals on the compile’s, with the trial’s scores', () => {
    const { ours = [], traces = [] } = written.get('traces-from-compile') ?? {};
    const runs = new Map(ours.map((run) => [run.id, run]));
    const ofTrials = traces.filter(({ tags }) => 'ax_autolog.trial' in tags);
    for (const trial of ours.filter(({ parent }) => parent !== null)) {
      const found = ofTrials.filter(({ run }) => run === trial.id);
      expect(found.length, trial.name).to.equal(trial.metrics['n']?.[0]?.[1]);
      const scores = found.map(({ assessments }) => Number(assessments[0]?.value));
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      expect(mean, trial.name).to.be.closeTo(trial.metrics['eval']?.[0]?.[1] ?? -1, 1e-9);
      expect(new Set(found.map(({ tags }) => tags['ax_autolog.trial']))).to.deep.equal(
        new Set([trial.tags['ax_autolog.trial']]),
      );
    }
    const others = traces.filter(({ tags }) => !('ax_autolog.trial' in tags));
    expect(new Set(others.map(({ run }) => runs.get(run ?? '')?.parent))).to.deep.equal(new Set([null]));
    const roles = new Set(others.map(({ tags }) => tags['ax_autolog.role']));
    expect([...roles])
      .to.include('proposer')
      .and.not.include('task');
  });

  it('scores are the same unit as the metric’s own mean, and recomputable from the table', () => {
    const trials = [...written.values()]
      .flatMap(({ ours }) => ours)
      .filter((run) => 'result_table.json' in run.artifacts);
    expect(trials.length).to.be.greaterThan(30);
    for (const run of trials) {
      const table = JSON.parse(run.artifacts['result_table.json'] ?? '') as { columns: string[]; data: unknown[][] };
      const at = table.columns.indexOf('score');
      const scores = table.data.map((row) => Number(row[at]));
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      expect(run.metrics['eval']?.at(-1)?.[1], run.name).to.be.closeTo(mean, 1e-9);
    }
  });

  it('dataset inputs carry context, schema and profile, which theirs leave empty', () => {
    const compiles = ['mipro-full-evals', 'mipro-minibatch', 'gepa'].map((name) => written.get(name)?.ours[0]);
    for (const run of compiles) {
      const contexts = run?.datasets.map(({ tags }) => tags['mlflow.data.context']).sort();
      expect(contexts).to.deep.equal(['eval', 'train']);
      for (const { digest, schema, profile } of run?.datasets ?? []) {
        expect(digest).to.match(/^[0-9a-f]{8,36}$/);
        expect(schema).to.have.property('mlflow_colspec');
        expect(profile).to.have.property('num_rows');
      }
    }
  });

  it('the table in docs/plugins/mlflow.md says what was written', () => {
    expect([...written.keys()]).to.deep.equal(Object.keys(SCENARIOS));
    expectTable([...written.values()]);
  });
});
