import { visible } from 'ax-autolog/analysis';
import { type AnyEvent, BEST_MODEL_FILE, type BestProgramData, bestModelText, type Envelope } from 'ax-autolog/sink';
import type { Places } from './places.js';
import type { OutputTree } from './tree.js';

/** Writes `best_model.json`, which `loadBest` reads, and `best_prompt.md`, its readable form. */
export class BestPrograms {
  readonly #optimizers = new Map<string, string>();

  readonly #tree: OutputTree;
  readonly #places: Places;

  constructor(tree: OutputTree, places: Places) {
    this.#tree = tree;
    this.#places = places;
  }

  take(event: AnyEvent): void {
    if (event.type === 'onCompileStart') this.#optimizers.set(event.compileId ?? '', event.data.optimizer);
    if (event.type === 'onCompileEnd' && event.data.best) this.#put(event, event.data.best);
  }

  #put(event: Envelope<'onCompileEnd'>, best: BestProgramData): void {
    const folder = this.#places.ofCompile(event);
    const optimizer = this.#optimizers.get(event.compileId ?? '') ?? null;
    this.#optimizers.delete(event.compileId ?? '');
    const about = { runId: event.runId, compileId: event.compileId ?? null, optimizer };
    this.#tree.put(`${folder}${BEST_MODEL_FILE}`, () => bestModelText(best, about));
    this.#tree.put(`${folder}best_prompt.md`, () => promptText(best, optimizer));
  }
}

function promptText(best: BestProgramData, optimizer: string | null): string {
  const { id, texts, demos, withheld } = best.candidate ?? {};
  const parts = [`# Best program${optimizer === null ? '' : ` of ${optimizer}`}`];
  const use = withheld?.length ? `Not captured: ${withheld.join(', ')}.` : 'Load it with `loadBest`.';
  parts.push(`Score: ${best.score ?? 'none'}. Candidate: ${id}. ${use}`);
  for (const [component, text] of Object.entries(texts ?? {})) parts.push(`## ${component}`, fenced(text, 'text'));
  if (demos && demos.length > 0) parts.push('## Demonstrations', fenced(JSON.stringify(demos, null, 2), 'json'));
  return visible(`${parts.join('\n\n')}\n`);
}

/** Wraps text in a code fence that is longer than any run of backticks inside. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
