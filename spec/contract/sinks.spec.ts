import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineSink } from 'ax-autolog';
import { consoleSink } from 'ax-autolog/plugins/console';
import { files } from 'ax-autolog/plugins/files';
import { type ExportedSpan, otel } from 'ax-autolog/plugins/otel';
import { report } from 'ax-autolog/plugins/report';
import { recorder, type Subject } from 'ax-autolog/testing';
import { keeping } from '../plugins/otel/support/exporters.js';
import { sdk } from '../plugins/otel/support/sdk.js';
import { holdsContract } from './holds-contract.js';
import { capture } from './output.js';

holdsContract('console, lines', async () => {
  const stream = capture();
  return {
    sink: consoleSink({ stream, level: 'debug' }),
    read: async (runId) =>
      stream.raw
        .split('\n')
        .filter((line) => line.includes(`"${runId}"`))
        .join('\n'),
  };
});

holdsContract('console, terminal', async () => {
  const stream = capture(100);
  return {
    sink: consoleSink({ stream, color: false }),
    read: async (runId) =>
      stream.printed
        .split('\n\n')
        .filter((block) => block.includes(runId))
        .join('\n\n'),
  };
});

holdsContract(
  'files',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'files-'));
    return {
      sink: files({ dir }),
      read: (runId) => readTree(join(dir, runId)),
      reopen: () => files({ dir }),
      cleanup: () => rm(dir, { recursive: true }),
    };
  },
  { delivery: 'journal' },
);

holdsContract(
  'report',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'report-'));
    return {
      sink: report({ dir }),
      read: async (runId) => dataOf(await readFile(join(dir, `${runId}.html`), 'utf8').catch(() => '')),
      reopen: () => report({ dir }),
      cleanup: () => rm(dir, { recursive: true }),
    };
  },
  { delivery: 'journal' },
);

const ofRun = (runId: string, spans: readonly { readonly attributes: object; readonly name: string }[]): string =>
  spans
    .map(({ name, attributes }) => JSON.stringify({ name, attributes }))
    .filter((span) => span.includes(`"gen_ai.optimization.run.id":"${runId}"`))
    .join('\n');

holdsContract('otel, provider', async () => {
  const { provider, exporter } = sdk();
  return {
    sink: otel({ tracerProvider: provider }),
    read: async (runId) => ofRun(runId, exporter.getFinishedSpans()),
  };
});

holdsContract(
  'otel, exporter',
  async () => {
    const exporter = keeping();
    const open = () => otel({ exporter });
    return { sink: open(), read: (runId) => ofRun(runId, received(exporter.spans)), reopen: open };
  },
  { delivery: 'journal' },
);

holdsContract('recorder', async () => {
  const sink = recorder();
  return {
    sink,
    read: async (runId) => JSON.stringify(sink.events.filter((event) => event.runId === runId)),
  };
});

holdsContract('one made by hand with a single hook', async (): Promise<Subject> => {
  const scores: [string, number | null][] = [];
  const sink = defineSink({ name: 'scores', onTrialEnd: (event) => void scores.push([event.runId, event.data.score]) });
  const ofRun = (runId: string) => scores.filter(([id]) => id === runId).map(([, score]) => score);
  return { sink, read: async (runId) => ofRun(runId).join(' ') };
});

/** The spans as a receiver holds them: it knows a span by its id, and one that comes again replaces the first. */
function received(spans: readonly ExportedSpan[]): readonly ExportedSpan[] {
  const known = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  return [...known.values()].sort((a, b) => a.spanContext().spanId.localeCompare(b.spanContext().spanId));
}

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
