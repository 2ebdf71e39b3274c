import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSink } from '../../lib/contract/sink.js';
import { recorder } from '../../lib/testing.js';
import { consoleSink } from '../../plugins/console/index.js';
import { files } from '../../plugins/files/index.js';
import { otel } from '../../plugins/otel/index.js';
import { report } from '../../plugins/report/index.js';
import { keeping } from '../plugins/otel/support/exporters.js';
import { sdk } from '../plugins/otel/support/sdk.js';
import { capture } from './output.js';
import { type Subject, sinkContract } from './sink-contract.js';

const nothing = async (): Promise<void> => {};

sinkContract('console, lines', async () => {
  const stream = capture();
  return {
    sink: consoleSink({ stream, level: 'debug' }),
    read: async (runId) =>
      stream.raw
        .split('\n')
        .filter((line) => line.includes(`"${runId}"`))
        .join('\n'),
    cleanup: nothing,
  };
});

sinkContract('console, terminal', async () => {
  const stream = capture(100);
  return {
    sink: consoleSink({ stream, color: false }),
    read: async (runId) =>
      stream.printed
        .split('\n\n')
        .filter((block) => block.includes(runId))
        .join('\n\n'),
    cleanup: nothing,
  };
});

sinkContract('files', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'files-'));
  return {
    sink: files({ dir }),
    read: (runId) => readTree(join(dir, runId)),
    cleanup: () => rm(dir, { recursive: true }),
  };
});

sinkContract('report', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'report-'));
  return {
    sink: report({ dir }),
    read: async (runId) => dataOf(await readFile(join(dir, `${runId}.html`), 'utf8').catch(() => '')),
    cleanup: () => rm(dir, { recursive: true }),
  };
});

const ofRun = (runId: string, spans: readonly { readonly attributes: object; readonly name: string }[]): string =>
  spans
    .map(({ name, attributes }) => JSON.stringify({ name, attributes }))
    .filter((span) => span.includes(`"gen_ai.optimization.run.id":"${runId}"`))
    .join('\n');

sinkContract('otel, provider', async () => {
  const { provider, exporter } = sdk();
  return {
    sink: otel({ tracerProvider: provider }),
    read: async (runId) => ofRun(runId, exporter.getFinishedSpans()),
    cleanup: nothing,
  };
});

sinkContract('otel, exporter', async () => {
  const exporter = keeping();
  return { sink: otel({ exporter }), read: async (runId) => ofRun(runId, exporter.spans), cleanup: nothing };
});

sinkContract('recorder', async () => {
  const sink = recorder();
  return {
    sink,
    read: async (runId) => JSON.stringify(sink.events.filter((event) => event.runId === runId)),
    cleanup: nothing,
  };
});

sinkContract('one made by hand with a single hook', async (): Promise<Subject> => {
  const scores: [string, number | null][] = [];
  const sink = defineSink({ name: 'scores', onTrialEnd: (event) => void scores.push([event.runId, event.data.score]) });
  const ofRun = (runId: string) => scores.filter(([id]) => id === runId).map(([, score]) => score);
  return { sink, read: async (runId) => ofRun(runId).join(' '), cleanup: nothing };
});

/** What a report says, without the page that says it. */
function dataOf(html: string): string {
  return /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
}

async function readTree(dir: string): Promise<string> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const texts = entries
    .filter((entry) => entry.isFile())
    .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}
