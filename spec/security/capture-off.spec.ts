import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { autolog, flush } from 'ax-autolog';
import { consoleSink } from 'ax-autolog/plugins/console';
import { files } from 'ax-autolog/plugins/files';
import { mlflow } from 'ax-autolog/plugins/mlflow';
import { otel } from 'ax-autolog/plugins/otel';
import { report } from 'ax-autolog/plugins/report';
import { recorder } from 'ax-autolog/testing';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { resetWarnings as resetReported } from '../../lib/capture/observe/guard.js';
import { shutdown } from '../../lib/setup/shutdown.js';
import { resetWarnings } from '../../lib/support/warnings.js';
import { capture as outputStream } from '../contract/output.js';
import { FakeServer } from '../plugins/mlflow/support/fake-server.js';
import { markedCalls } from './support/marked-calls.js';
import { markedCompiles } from './support/marked-compiles.js';
import { allMarks, forbiddenMarks, mark, type Switches, userMarks } from './support/marks.js';
import { filesIn, printedBy, RecordingServer, watchProcess } from './support/outputs.js';

/** Every output of one session, by name. */
type Outputs = ReadonlyMap<string, string>;

interface Session {
  readonly returned: unknown;
  readonly outputs: Outputs;
}

/** Does all marked work with these switches, with every sink. */
async function session(capture: Switches): Promise<Session> {
  const dir = mkdtempSync(join(tmpdir(), 'capture-off-'));
  const [server, receiver, exporter] = [
    await new FakeServer().start(),
    new RecordingServer(),
    new InMemorySpanExporter(),
  ];
  const url = await receiver.start();
  const [live, stream, seen] = [providerOf(exporter), outputStream(), recorder()];
  const process = watchProcess();
  resetWarnings();
  resetReported();
  try {
    autolog({
      ...{ logCompiles: true, logEvals: true, logTracesFromCompile: true, journal: { dir }, capture },
      traces: { filter: failingFilter },
      sinks: [
        ...(isReported(capture) ? [report()] : []),
        ...[seen, files(), consoleSink({ stream: stream as never, level: 'debug' })],
        mlflow({ trackingUri: server.url, experiment: 'marked', retries: 0, prompts: 'all' }),
        ...[otel({ url, name: 'otlp' }), otel({ tracerProvider: live, name: 'live' })],
      ],
    });
    const returned = [await markedCompiles(), await markedCalls()];
    await flush();
    await shutdown();
    const outputs = new Map(filesIn(dir));
    outputs.set('events', JSON.stringify(seen.events));
    outputs.set('console', stream.raw);
    outputs.set('MLflow', server.seen.map(({ path, body }) => `${decodeURIComponent(path)}\n${body}`).join('\n'));
    outputs.set('OTLP', receiver.bodies.join('\n'));
    outputs.set(
      'spans',
      JSON.stringify(
        exporter.getFinishedSpans().map(({ name, attributes, events, status }) => [name, attributes, events, status]),
      ),
    );
    outputs.set('commands', await printedBy(dir));
    outputs.set('process', process.text());
    return { returned, outputs };
  } finally {
    process.stop();
    autolog({ disable: true });
    await Promise.all([server.stop(), receiver.stop(), live.shutdown()]);
    rmSync(dir, { recursive: true, force: true });
  }
}

function providerOf(exporter: InMemorySpanExporter): BasicTracerProvider {
  return new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
}

/** The report reads the journal only. It takes longer than all else, so it is made in two sessions. */
function isReported({ inputs, outputs, prompts }: Switches): boolean {
  return inputs === outputs && outputs === prompts;
}

function failingFilter(): boolean {
  throw new Error(mark('any', 'FilterError'));
}

/** Returns which marks are in which outputs, one a line. */
function found(marks: readonly string[], outputs: Outputs): string[] {
  return marks.flatMap((text) =>
    [...outputs].filter(([, output]) => output.includes(text)).map(([name]) => `${text} in ${name}`),
  );
}

const EVERYTHING = { inputs: true, outputs: true, prompts: true };
const OTHERS = [1, 2, 3, 4, 5, 6, 7].map((bits) => ({
  inputs: (bits & 1) === 0,
  outputs: (bits & 2) === 0,
  prompts: (bits & 4) === 0,
}));

describe('capture off', function () {
  this.timeout(120_000);
  let whole: Session;

  before(async () => {
    whole = await session(EVERYTHING);
  });

  after(() => autolog({ disable: true }));

  it('with everything on, every mark is in the journal and somewhere in each kind of output', () => {
    const lines = [...whole.outputs]
      .filter(([name]) => name.endsWith('events.jsonl') || name.includes('blobs'))
      .map(([, text]) => text);
    expect(allMarks().filter((text) => !lines.some((line) => line.includes(text)))).to.deep.equal([]);
    for (const name of ['events', 'console', 'MLflow', 'OTLP', 'spans', 'commands']) {
      expect(found(allMarks(), new Map([[name, whole.outputs.get(name) ?? '']])), name).to.not.be.empty;
    }
    for (const ending of ['report.html', 'best_model.json', 'trainset.jsonl']) {
      const texts = [...whole.outputs].filter(([name]) => name.endsWith(ending));
      expect(found(allMarks(), new Map(texts)), ending).to.not.be.empty;
    }
  });

  for (const switches of OTHERS) {
    const off = Object.entries(switches).filter(([, on]) => !on);
    it(`without ${off.map(([name]) => name).join(', ')}, no mark of these is in any output`, async () => {
      const { returned, outputs } = await session(switches);
      expect(found(forbiddenMarks(switches), outputs)).to.deep.equal([]);
      const lost = userMarks().filter((text) => found([text], outputs).length === 0);
      expect(lost, 'what the user logs stays').to.deep.equal([]);
      expect(JSON.stringify(returned), 'the result is the same').to.equal(JSON.stringify(whole.returned));
    });
  }
});
