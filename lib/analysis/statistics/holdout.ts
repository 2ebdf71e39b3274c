import type { Json } from '../../contract/events.js';
import type { CompileHistory, EvaluationHistory, ExampleHistory, TrialHistory } from '../history/types.js';
import { type CompareOptions, type Comparison, compare } from './compare.js';
import { type ScoreVerdict, scoreVerdict } from './score.js';

/** How the best candidate does on examples that the search never ran on. Nothing was chosen by them: no adjustment. */
export interface HoldoutVerdict extends ScoreVerdict {
  /** Ids of the trial or evaluation. */
  readonly sourceId: string;
  /** Against the seed on the same examples; `null` where it was not evaluated on them. */
  readonly versusSeed: Comparison | null;
}

interface Outside {
  readonly id: string;
  readonly candidateId: string;
  readonly examples: readonly ExampleHistory[];
}

/**
 * The best on holdout examples: finished holdout trials of the compile, and evaluations of the run outside of it, none of
 * whose examples a full or minibatch trial of the compile ran on, or is in its training or validation set: a teacher runs
 * on those, and demonstrations are made of them. Of several, the one that can be compared with the seed,
 * then the one with most examples, then the earliest.
 */
export function holdoutVerdict(
  bestId: string,
  compile: CompileHistory,
  trials: readonly TrialHistory[],
  evaluations: readonly EvaluationHistory[],
  options: CompareOptions = {},
): HoldoutVerdict | null {
  const outside = outsideOf(compile, trials, evaluations);
  const seeds = outside.filter(({ candidateId }) => candidateId === compile.seed?.id);
  const found = outside
    .filter(({ candidateId }) => candidateId === bestId)
    .map((own) => ({ own, versusSeed: bestId === compile.seed?.id ? null : against(seeds, own, options) }))
    .sort(
      (a, b) =>
        Number(b.versusSeed !== null) - Number(a.versusSeed !== null) || b.own.examples.length - a.own.examples.length,
    )[0];
  if (!found) return null;
  return { sourceId: found.own.id, ...scoreVerdict(found.own.examples, options), versusSeed: found.versusSeed };
}

function against(seeds: readonly Outside[], own: Outside, options: CompareOptions): Comparison | null {
  const compared = seeds.map((seed) => compare(seed.examples, own.examples, options));
  return compared.sort((a, b) => b.pairs - a.pairs).find(({ pairs }) => pairs > 0) ?? null;
}

function outsideOf(
  compile: CompileHistory,
  trials: readonly TrialHistory[],
  evaluations: readonly EvaluationHistory[],
): readonly Outside[] {
  const searched = new Set(
    trials
      .filter(({ scope }) => scope !== 'holdout')
      .flatMap(({ examples }) => examples.map(({ exampleId }) => exampleId)),
  );
  const given = new Set([compile.trainset, compile.valset].flatMap((set) => set?.examples ?? []).map(contentOf));
  const digests = [compile.trainset?.digest, compile.valset?.digest];
  const held: Outside[] = [];
  for (const { trialId: id, candidateId, scope, status, examples } of trials) {
    if (scope === 'holdout' && status === 'finished' && candidateId !== null) held.push({ id, candidateId, examples });
  }
  for (const { evalId: id, candidate, devset, status, examples } of evaluations) {
    if (status !== 'finished' || candidate === null || digests.includes(devset?.digest ?? '')) continue;
    if (examples.some(({ example }) => example !== null && given.has(contentOf(example)))) continue;
    held.push({ id, candidateId: candidate.id, examples });
  }
  return held.filter(
    ({ examples }) => examples.length > 0 && examples.every(({ exampleId }) => !searched.has(exampleId)),
  );
}

/** The same for an example of a dataset and of an evaluation: both were kept in the same way. */
function contentOf(example: Json): string {
  return JSON.stringify(example);
}
