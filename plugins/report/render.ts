import type { RunHistory } from 'ax-autolog/analysis';
import { VERSION } from 'ax-autolog/sink';
import { type Blocks, pack, packBlocks } from './blocks.js';
import { runPage } from './data/run.js';
import type { PageData, RunPage } from './data/types/index.js';
import { pageHtml } from './html.js';
import type { ReadRun } from './read-run.js';

/** Options of {@link renderReport}. */
export interface RenderOptions {
  /** Title of the page. Default: the name of the run; of several, how many. */
  readonly title?: string;
}

/** JSON of that many characters and more is packed: it is read faster than so long a file. */
const PACK_FROM = 256 * 1024;

/**
 * One HTML file that shows the runs: no network, no server, nothing beside it. Several runs are also compared.
 *
 * Contents of examples and traces are packed and read when somebody looks at them. Traces have 8 MB for each run; the page
 * says how many had no place.
 */
export function renderReport(histories: readonly RunHistory[], options: RenderOptions = {}): string {
  return renderRuns(
    histories.map((history) => ({ history, tracesLeft: 0 })),
    options,
  );
}

/** As {@link renderReport}, of runs some of whose traces were not read. */
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

/** A JSON text: the value itself, or a string that holds it packed. */
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
      : `${left} of ${history.traces.size + tracesLeft} traces had no place in this file; ax-autolog ui shows them all.`;
  return { page: { ...page, omitted }, blocks };
}

/** Those that somebody looks at first: of the best trial, of evaluations, of the seed, of trials with errors. */
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
