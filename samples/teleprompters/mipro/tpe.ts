import type { Random } from '../../random.js';

/** Parameter name → index of the choice. */
export type Choice = Readonly<Record<string, number>>;

/** Parameter name → number of choices. */
export type Space = Readonly<Record<string, number>>;

/** Options of the sampler. The defaults are those of Optuna's `TPESampler`. */
export interface TPEOptions {
  /** Number of observations before the model is used. Until then, choices are uniform. Default 10. */
  readonly startupTrials?: number;
  /** Number of candidates drawn from the good model for each proposal. Default 24. */
  readonly candidates?: number;
  /** Weight of the uniform prior against one observation. Default 1. */
  readonly priorWeight?: number;
  /** Returns the number of good observations among `n`. Default min(⌈n/10⌉, 25). */
  readonly gamma?: (n: number) => number;
}

interface Observation {
  readonly choice: Choice;
  readonly score: number;
}

/** One component of a mixture: for each parameter, the probability of each choice. */
type Kernel = Readonly<Record<string, readonly number[]>>;

/** Mixture of one kernel per observation and a uniform prior. All have the same weight, except for `priorWeight`. */
class ParzenEstimator {
  private readonly kernels: readonly Kernel[];
  private readonly weights: readonly number[];

  constructor(
    private readonly space: Space,
    observed: readonly Choice[],
    priorWeight: number,
  ) {
    const smooth = priorWeight / (observed.length + 1);
    const kernel = (choice: Choice | undefined): Kernel =>
      Object.fromEntries(
        Object.entries(space).map(([name, n]) => {
          const raw = Array.from({ length: n }, (_, i) => smooth + (choice?.[name] === i ? 1 : 0));
          const total = raw.reduce((a, b) => a + b, 0);
          return [name, raw.map((w) => w / total)];
        }),
      );
    this.kernels = [...observed.map(kernel), kernel(undefined)];
    const total = observed.length + priorWeight;
    this.weights = [...observed.map(() => 1 / total), priorWeight / total];
  }

  sample(random: Random): Choice {
    const kernel = this.kernels[draw(this.weights, random)];
    return Object.fromEntries(Object.keys(this.space).map((name) => [name, draw(kernel?.[name] ?? [1], random)]));
  }

  logDensity(choice: Choice): number {
    const density = this.kernels.reduce((sum, kernel, i) => {
      const joint = Object.entries(choice).reduce((p, [name, at]) => p * (kernel[name]?.[at] ?? 0), 1);
      return sum + (this.weights[i] ?? 0) * joint;
    }, 0);
    return Math.log(density);
  }
}

/** Draws an index with the given probabilities. */
function draw(weights: readonly number[], random: Random): number {
  let rest = random.next();
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i] ?? 0;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

/**
 * Tree-structured Parzen estimator over categorical parameters that maximizes the score (Bergstra et al. 2011,
 * "Algorithms for Hyper-Parameter Optimization"). It is multivariate, as in BOHB (Falkner et al. 2018) and Optuna: each
 * observation is one kernel over all parameters, so a good instruction and a good demo set are learned as a pair. It
 * proposes the candidate with the largest ratio l/g of the densities among good and among other observations, which
 * maximizes the expected improvement.
 */
export class CategoricalTPE {
  private readonly observations: Observation[] = [];
  private readonly startupTrials: number;
  private readonly candidates: number;
  private readonly priorWeight: number;
  private readonly gamma: (n: number) => number;

  constructor(
    private readonly space: Space,
    private readonly random: Random,
    options: TPEOptions = {},
  ) {
    this.startupTrials = options.startupTrials ?? 10;
    this.candidates = options.candidates ?? 24;
    this.priorWeight = options.priorWeight ?? 1;
    this.gamma = options.gamma ?? ((n) => Math.min(Math.ceil(n / 10), 25));
  }

  /** Returns the next choice to try. */
  ask(): Choice {
    if (this.observations.length < this.startupTrials) {
      return Object.fromEntries(Object.entries(this.space).map(([name, n]) => [name, this.random.int(0, n - 1)]));
    }
    const ranked = [...this.observations].sort((a, b) => b.score - a.score).map((o) => o.choice);
    const split = Math.max(1, this.gamma(ranked.length));
    const good = new ParzenEstimator(this.space, ranked.slice(0, split), this.priorWeight);
    const other = new ParzenEstimator(this.space, ranked.slice(split), this.priorWeight);
    let best: { choice: Choice; ratio: number } | undefined;
    for (let i = 0; i < this.candidates; i++) {
      const choice = good.sample(this.random);
      const ratio = good.logDensity(choice) - other.logDensity(choice);
      if (best === undefined || ratio > best.ratio) best = { choice, ratio };
    }
    return best?.choice ?? {};
  }

  /** Adds the score of a choice, which need not come from `ask()`. Larger is better. */
  tell(choice: Choice, score: number): void {
    this.observations.push({ choice, score });
  }
}
