import type { AxOptimizationStats } from '@ax-llm/ax';
import type { TrialRecord } from './search.js';

/**
 * Converts a search to ax's optimization statistics. `took` is in milliseconds. Tokens and cost are unknown and set to
 * 0.
 */
export function statsOf(found: {
  readonly trials: readonly TrialRecord[];
  readonly bestScore: number;
  readonly seedScore: number;
  readonly bootstrapped: number;
  readonly took: number;
}): AxOptimizationStats {
  const { trials, bestScore, seedScore, bootstrapped, took } = found;
  const totalCalls = trials.reduce((sum, t) => sum + t.n, 0);
  return {
    totalCalls,
    successfulDemos: bootstrapped,
    estimatedTokenUsage: 0,
    earlyStopped: false,
    bestScore,
    resourceUsage: {
      totalTokens: 0,
      totalTime: took,
      avgLatencyPerEval: took / Math.max(1, totalCalls),
      costByModel: {},
    },
    convergenceInfo: {
      converged: true,
      finalImprovement: bestScore - seedScore,
      stagnationRounds: 0,
      convergenceThreshold: 0,
    },
  };
}
