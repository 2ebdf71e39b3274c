// Runs where no package of OpenTelemetry is installed.
import { otel } from 'ax-autolog/plugins/otel';

const codeOf = (make) => {
  try {
    make();
    return null;
  } catch (error) {
    return error.code;
  }
};
let spans = 0;
const exporter = {
  export(batch, done) {
    spans += batch.length;
    done({ code: 0 });
  },
  shutdown: async () => {},
};
const run = { v: 1, time: 1_795_000_000_000, writer: 'w1', runId: 'run-a', derived: [] };
const start = { name: 'run', kind: 'user', tags: {}, params: {}, source: {} };
const sink = otel({ exporter });
await sink.onBatch(
  [
    { ...run, seq: 0, type: 'onRunStart', data: start },
    { ...run, seq: 1, type: 'onRunEnd', data: { status: 'finished', durationMs: 1 } },
  ],
  { runDir: null, runId: 'run-a' },
);
console.log(
  JSON.stringify({
    provider: codeOf(() => otel()),
    url: codeOf(() => otel({ url: 'http://127.0.0.1:1/v1/traces' })),
    spans,
  }),
);
