import type {
  EvaluationHistory,
  ExampleHistory,
  Role,
  ScoreVerdict,
  Tokens,
  TokensByRole,
  TrialHistory,
} from 'ax-autolog/analysis';
import { intervalPage } from './comparison.js';
import type { Interned } from './intern.js';
import { preview } from './preview.js';
import type { EvaluatedPage, ExampleDetail, ExamplePage, SpentPage } from './types/index.js';

/** Returns the page's data that trials and evaluations share. Adds their examples to those of the run. */
export function evaluatedPage(
  of: TrialHistory | EvaluationHistory,
  verdict: ScoreVerdict | undefined,
  examples: Interned<ExamplePage>,
): EvaluatedPage {
  return {
    index: of.index,
    key: of.key,
    name: of.name,
    n: of.n,
    status: of.status,
    error: of.error,
    score: of.score,
    interval: intervalPage(verdict?.interval),
    scores: of.scores ?? null,
    errors: of.errors,
    startTime: of.startTime,
    durationMs: of.durationMs,
    tokens: spentOf(of.tokens),
    spent: of.spent,
    examples: of.examples.map(({ exampleId, example }) =>
      examples.add(exampleId, () => ({ id: exampleId, label: preview(example) })),
    ),
    exampleScores: of.examples.map(({ score }) => score),
    failed: of.examples.flatMap(({ error }, position) => (error ? [position] : [])),
  };
}

/** Sums calls, tokens and cost over all roles. The cost is `null` if no call had a price. */
export function spentOf(tokens: TokensByRole): SpentPage {
  const all = Object.values(tokens);
  const priced = all.filter(({ cost }) => cost !== undefined);
  return {
    calls: all.reduce((sum, { calls }) => sum + calls, 0),
    tokens: all.reduce((sum, { total }) => sum + total, 0),
    cost: priced.length > 0 ? priced.reduce((sum, { cost = 0 }) => sum + cost, 0) : null,
  };
}

const ROLES: readonly Role[] = ['task', 'reflection', 'proposer', 'teacher', 'judge'];

/** Returns the tokens of the roles that made a call, always in the same order. */
export function byRole(tokens: TokensByRole): TokensByRole {
  const known = ROLES.map((role) => [role, tokens[role]] as const);
  return Object.fromEntries(known.filter((entry): entry is readonly [Role, Tokens] => entry[1] !== undefined));
}

/** Returns the results of examples, in the order of the batch. */
export function exampleDetails(
  examples: readonly ExampleHistory[],
  hasTrace: (id: string) => boolean,
): ExampleDetail[] {
  return examples.map(({ prediction, feedback, error, durationMs, scores, traceId }) => ({
    prediction,
    feedback,
    error,
    durationMs,
    scores,
    traceId,
    hasTrace: traceId !== null && hasTrace(traceId),
  }));
}
