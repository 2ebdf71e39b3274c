import type { Json } from '../../contract/events.js';
import type { CompileHistory, EvaluationHistory, ExampleHistory, TrialHistory } from '../history/types.js';
import { type CompareOptions, type Comparison, compare } from './compare.js';
import { type ScoreVerdict, scoreVerdict } from './score.js';

/**
 * Score of the best candidate on examples outside the search. P values are not adjusted, because no candidate was
 * chosen by these examples.
 */
export interface HoldoutVerdict extends ScoreVerdict {
  /** Id of the trial or evaluation. */
  readonly sourceId: string;
  /** Comparison with the seed on the same examples; `null` if the seed was not evaluated on them. */
  readonly versusSeed: Comparison | null;
}

/** Input of {@link holdoutVerdict}. */
export interface HoldoutInput {
  /** Id of the best candidate. */
  readonly bestId: string;
  readonly compile: CompileHistory;
  /** Trials of the compile. */
  readonly trials: readonly TrialHistory[];
  /** Evaluations of the run outside every compile. */
  readonly evaluations: readonly EvaluationHistory[];
}

interface HoldoutBatch {
  readonly id: string;
  readonly candidateId: string;
  readonly examples: readonly ExampleHistory[];
}

/**
 * Returns the score of the best candidate on holdout examples; `null` if it was not evaluated on any. Finished holdout
 * trials of the compile count, and finished evaluations outside it. None of their examples may be in a full or
 * minibatch trial, nor in the training or validation set: a teacher runs on those sets, and demonstrations are made
 * from them.
 *
 * If several batches qualify, the one that can be compared with the seed is used, then the one with most examples, then
 * the earliest.
 */
export function holdoutVerdict(input: HoldoutInput, options: CompareOptions = {}): HoldoutVerdict | null {
  const { bestId, compile } = input;
  const batches = holdoutBatches(input);
  const seeds = batches.filter(({ candidateId }) => candidateId === compile.seed?.id);
  const found = batches
    .filter(({ candidateId }) => candidateId === bestId)
    .map((own) => ({ own, versusSeed: bestId === compile.seed?.id ? null : against(seeds, own, options) }))
    .sort(
      (a, b) =>
        Number(b.versusSeed !== null) - Number(a.versusSeed !== null) || b.own.examples.length - a.own.examples.length,
    )[0];
  if (!found) return null;
  return { sourceId: found.own.id, ...scoreVerdict(found.own.examples, options), versusSeed: found.versusSeed };
}

function against(seeds: readonly HoldoutBatch[], own: HoldoutBatch, options: CompareOptions): Comparison | null {
  const compared = seeds.map((seed) => compare(seed.examples, own.examples, options));
  return compared.sort((a, b) => b.pairs - a.pairs).find(({ pairs }) => pairs > 0) ?? null;
}

function holdoutBatches({ compile, trials, evaluations }: HoldoutInput): readonly HoldoutBatch[] {
  const searched = new Set(
    trials
      .filter(({ scope }) => scope !== 'holdout')
      .flatMap(({ examples }) => examples.map(({ exampleId }) => exampleId)),
  );
  const given = new Set([compile.trainset, compile.valset].flatMap((set) => set?.examples ?? []).map(contentOf));
  const digests = [compile.trainset?.digest, compile.valset?.digest];
  const batches: HoldoutBatch[] = [];
  for (const { trialId: id, candidateId, scope, status, examples } of trials) {
    if (scope !== 'holdout' || status !== 'finished' || candidateId === null) continue;
    batches.push({ id, candidateId, examples });
  }
  for (const { evalId: id, candidate, devset, status, examples } of evaluations) {
    if (status !== 'finished' || candidate === null || digests.includes(devset?.digest ?? '')) continue;
    if (examples.some(({ example }) => example !== null && given.has(contentOf(example)))) continue;
    batches.push({ id, candidateId: candidate.id, examples });
  }
  return batches.filter(
    ({ examples }) => examples.length > 0 && examples.every(({ exampleId }) => !searched.has(exampleId)),
  );
}

/** Returns the same text for equal examples of a dataset and of an evaluation: both are recorded in the same way. */
function contentOf(example: Json): string {
  return JSON.stringify(example);
}
