// What a user says on a run: tags, params, metrics, artifacts; secrets in all of them, values too big for their line, names
// and texts that are hard to show, and warnings.
import { autolog, Evaluate, shutdown, startRun } from 'ax-autolog';
import { adder, exact, model, sums } from './model.mjs';

const KEY = ['sk', 'proj', 'abcdefghijklmnopqrstuvwxyz0123456789ABCD'].join('-');
autolog({
  logEvals: true,
  logTracesFromEval: false,
  sinks: [],
  silent: true,
  redact: {
    keys: ['patient'],
    patterns: [/\bcase-\d+\b/g],
    fn: (value) => {
      if (value === 'unreadable') throw new Error('nobody may see this');
      return value;
    },
  },
});

const params = { apiKey: KEY, note: `the key is ${KEY}`, patient: 'A. Person', limit: 1e21, ratio: 0.1 + 0.2, none: null, odd: 'unreadable' };
const tags = { 'odd "name"\n': 'ünï ✓ 値段 \u202eright\u0007', ticket: 'see case-1234' };
await startRun({ runName: 'Werte & "values" / 値', tags, params }, async (run) => {
  run.logMetric('loss', 0.5, 0);
  run.logMetric('loss', 0.25, 1);
  run.logMetric('loss', Number.NaN, 2);
  run.logMetric('total', Number.POSITIVE_INFINITY);
  run.logParam('list', [1, 'two', { password: 'hunter2', deep: { at: new Date(0), big: 12345678901234567890n } }]);
  run.setTag('stage', 'draft');
  run.setTag('stage', 'final');
  run.logArtifact('notes.md', `# Notes\n${KEY}\n`);
  run.logArtifact('bytes.bin', new Uint8Array([0, 1, 254, 255]));
  run.logArtifact('table.json', { rows: [[1, 2], [3, 4]] });
  run.logArtifact('long.txt', 'All work and no play. '.repeat(3_200));
  const long = sums(3).map((example) => ({ ...example, context: 'Lines of context. '.repeat(1_250) }));
  await new Evaluate({ devset: long, metric: exact }).evaluate(adder(), { ai: model() });
});
await startRun({ runName: 'failed' }, async () => {
  throw new TypeError(`nothing at ${KEY}`, { cause: Object.assign(new Error('inner'), { code: 'E_INNER' }) });
}).catch(() => undefined);
await shutdown();
