import type { RunHistory } from 'ax-autolog/analysis';
import { VERSION } from 'ax-autolog/sink';
import { type Blocks, pack, packBlocks } from './blocks.js';
import { runPage } from './data/run.js';
import type { PageData, RunPage } from './data/types/index.js';
import { pageHtml } from './html.js';
import type { ReadRun } from './read-run.js';

/** Options of {@link renderReport}. */
export interface RenderOptions {
  /** Title of the page. Default: the name of the run, or the number of runs if there are several. */
  readonly title?: string;
}

/** Shortest JSON that is packed, in characters: unpacking it is faster than reading a larger file. */
const PACK_FROM = 256 * 1024;

/**
 * Renders runs as one self-contained HTML file, which needs no server and makes no request. Several runs are also
 * compared.
 *
 * The contents of examples and traces are packed and read when the reader opens them. Each run has room for 8 MB of
 * packed traces; the page reports how many do not fit.
 */
export function renderReport(histories: readonly RunHistory[], options: RenderOptions = {}): string {
  return renderRuns(
    histories.map((history) => ({ history, tracesLeft: 0 })),
    options,
  );
}

/** Renders runs as {@link renderReport} does, from runs of which some traces may not have been read. */
export function renderRuns(runs: readonly ReadRun[], options: RenderOptions = {}): string {
  const rendered = runs.map(renderRun);
  const data: PageData = { mode: 'file', view: 'runs', version: VERSION, runs: rendered.map(({ page }) => page) };
  return pageHtml({
    title: options.title ?? titleOf(runs.map(({ history }) => history)),
    connects: false,
    data: [
      { id: 'data', text: packed(JSON.stringify(data)) },
      { id: 'places', text: packed(JSON.stringify(rendered.map(({ blocks }) => blocks.places))) },
      ...rendered.flatMap(({ blocks }, run) =>
        blocks.blocks.map((text, index) => ({ id: `block-${run}-${index}`, text: JSON.stringify(text) })),
      ),
    ],
  });
}

/** Returns JSON: the given text, or a JSON string with the packed text if it is long. */
function packed(json: string): string {
  return json.length < PACK_FROM ? json : JSON.stringify(pack(json));
}

function renderRun({ history, tracesLeft }: ReadRun): { readonly page: RunPage; readonly blocks: Blocks } {
  const page = runPage(history, 'file');
  const blocks = packBlocks(history, tracesToKeep(history, page));
  const left = blocks.omittedTraces + tracesLeft;
  const omitted =
    left === 0
      ? null
      : `${left} of ${history.traces.size + tracesLeft} traces do not fit in this file; ax-autolog ui shows all of them.`;
  return { page: { ...page, omitted }, blocks };
}

/** Returns the traces that a reader opens first: of best trials, evaluations, seeds and trials with errors. */
function* tracesToKeep({ trials, evaluations }: RunHistory, { compiles }: RunPage): Generator<string> {
  const byIndex = new Map(trials.map((trial) => [trial.index, trial]));
  const first = [
    ...compiles.map(({ bestTrial }) => byIndex.get(bestTrial ?? -1)),
    ...evaluations,
    ...compiles.map(({ seedTrial }) => byIndex.get(seedTrial ?? -1)),
    ...trials.filter(({ errors }) => errors > 0),
  ];
  for (const evaluated of first) {
    for (const { traceId } of evaluated?.examples ?? []) if (traceId !== null) yield traceId;
  }
}

function titleOf(histories: readonly RunHistory[]): string {
  const [only] = histories;
  return histories.length === 1 && only ? `${only.name} · ax-autolog` : `${histories.length} runs · ax-autolog`;
}
