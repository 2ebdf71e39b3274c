import type { Random } from '../../random.js';

/** Preset for the budget of a search. */
export type Auto = 'light' | 'medium' | 'heavy';

/** Number of candidates and size of the validation set for each preset, as in DSPy's `AUTO_RUN_SETTINGS`. */
export const AUTO: Readonly<Record<Auto, { readonly n: number; readonly valSize: number }>> = {
  light: { n: 6, valSize: 100 },
  medium: { n: 12, valSize: 300 },
  heavy: { n: 18, valSize: 1000 },
};

/** Validation sets up to this size are evaluated in full in every trial (DSPy: `MIN_MINIBATCH_SIZE`). */
export const MIN_MINIBATCH_SIZE = 50;

/** Datasets and budget of one compile. */
export interface Plan<Example> {
  readonly trainset: readonly Example[];
  readonly valset: readonly Example[];
  readonly numTrials: number;
  readonly minibatch: boolean;
  readonly numInstructions: number;
  readonly numDemoSets: number;
}

/** Input of {@link plan}. */
export interface PlanInput<Example> {
  readonly auto: Auto | null;
  readonly numCandidates: number | undefined;
  readonly numTrials: number | undefined;
  readonly minibatch: boolean;
  readonly minibatchSize: number;
  readonly zeroShot: boolean;
  readonly predictors: number;
  readonly trainset: readonly Example[];
  readonly valset: readonly Example[] | undefined;
}

/**
 * Returns the number of trials by DSPy's rule: the larger of 2·v·log2(n) and 1.5·n, rounded down, for n candidates and
 * v variables (one instruction per predictor, and one demo set unless the search is zero-shot).
 */
export function suggestedTrials(n: number, predictors: number, zeroShot: boolean): number {
  const variables = zeroShot ? predictors : 2 * predictors;
  return Math.floor(Math.max(2 * variables * Math.log2(n), 1.5 * n));
}

/** Splits off the last 80 % of the training set (at most 1,000 examples) if there is no validation set, as in DSPy. */
function split<E>({ trainset, valset }: PlanInput<E>): Pick<Plan<E>, 'trainset' | 'valset'> {
  if (trainset.length === 0) throw new Error('MIPROv2: the training set is empty');
  if (valset !== undefined) {
    if (valset.length === 0) throw new Error('MIPROv2: the validation set is empty');
    return { trainset, valset };
  }
  if (trainset.length < 2)
    throw new Error('MIPROv2: without a validation set, the training set needs at least 2 examples');
  const size = Math.min(1000, Math.max(1, Math.floor(trainset.length * 0.8)));
  return { trainset: trainset.slice(0, trainset.length - size), valset: trainset.slice(trainset.length - size) };
}

function checkAuto<E>(input: PlanInput<E>): void {
  const { auto, numCandidates, numTrials, predictors, zeroShot } = input;
  if (auto !== null) {
    if (numCandidates === undefined && numTrials === undefined) return;
    throw new Error(
      'MIPROv2: numCandidates and numTrials are set by `auto`; pass `auto: null` to choose them yourself',
    );
  }
  if (numCandidates === undefined) throw new Error('MIPROv2: with `auto: null`, numCandidates must be given');
  if (numTrials === undefined) {
    const good = suggestedTrials(numCandidates, predictors, zeroShot);
    throw new Error(
      `MIPROv2: with \`auto: null\`, numTrials must be given; for ${numCandidates} candidates about ${good} is right`,
    );
  }
}

/** Plans a compile. Throws if settings contradict each other. */
export function plan<E>(input: PlanInput<E>, random: Random): Plan<E> {
  checkAuto(input);
  const sets = split(input);
  if (input.auto === null) {
    const { numCandidates = 1, numTrials = 1, minibatch, minibatchSize } = input;
    if (minibatch && minibatchSize > sets.valset.length) {
      throw new Error(`MIPROv2: minibatchSize ${minibatchSize} exceeds the validation set of ${sets.valset.length}`);
    }
    return { ...sets, numTrials, minibatch, numInstructions: numCandidates, numDemoSets: numCandidates };
  }
  const { n, valSize } = AUTO[input.auto];
  const valset = sets.valset.length > valSize ? random.sample(sets.valset, valSize) : sets.valset;
  return {
    trainset: sets.trainset,
    valset,
    numTrials: suggestedTrials(n, input.predictors, input.zeroShot),
    minibatch: input.minibatch && valset.length > MIN_MINIBATCH_SIZE && valset.length > input.minibatchSize,
    numInstructions: input.zeroShot ? n : Math.floor(n / 2),
    numDemoSets: n,
  };
}
