import {
  byCandidate,
  type CandidateHistory,
  type CompileHistory,
  type CompileVerdicts,
  type Decision,
  type Json,
  type TrialHistory,
} from 'ax-autolog/analysis';
import { comparisonPage } from './comparison.js';
import type { Interned } from './intern.js';
import type { CandidatePage, DecisionPage, ParentComparisonPage } from './types/index.js';

/** A compile, with the data that its candidates on the page need. */
export interface CandidateContext {
  readonly compile: CompileHistory;
  /** Trials of this compile. */
  readonly trials: readonly TrialHistory[];
  readonly verdicts: CompileVerdicts;
  readonly texts: Interned<string>;
}

/** Returns the page's data of a compile's candidates, in the order of `compile.candidates`. */
export function candidatePages(context: CandidateContext): CandidatePage[] {
  const { compile, trials, texts } = context;
  const position = positions(compile);
  const compared = comparisonPages(context, position);
  const trialsOf = byCandidate(trials);
  const text = (value: string): number => texts.add(value, () => value);
  const json = (value: Json | undefined): number | null => (value === undefined ? null : text(JSON.stringify(value)));
  return compile.candidates.map((known): CandidatePage => {
    const { candidate } = known;
    const ran = trialsOf.get(candidate.id) ?? [];
    return {
      id: candidate.id,
      parents: candidate.parents.map((id) => position.get(id) ?? -1),
      by: known.by,
      changed: known.changed,
      time: known.time,
      texts: Object.fromEntries(Object.entries(candidate.texts).map(([key, value]) => [key, text(value)])),
      demos: candidate.demos.length > 0 ? json(candidate.demos) : null,
      demoCount: demoCount(candidate.demos),
      modelConfig: json(candidate.modelConfig),
      state: json(candidate.state),
      ...(candidate.withheld ? { withheld: candidate.withheld } : {}),
      evidence: hasEvidence(known),
      trials: ran.map(({ index }) => index),
      score: ran.findLast(({ scope, score }) => scope === 'full' && score !== null)?.score ?? null,
      decision: decisionPage(known.decision),
      comparisons: compared.get(candidate.id) ?? [],
    };
  });
}

/** Returns the positions of a compile's candidates by id. */
export function positions(compile: CompileHistory): Map<string, number> {
  return new Map(compile.candidates.map(({ candidate }, index) => [candidate.id, index]));
}

function comparisonPages(
  { verdicts, trials }: CandidateContext,
  position: ReadonlyMap<string, number>,
): Map<string, ParentComparisonPage[]> {
  const indexes = new Map(trials.map(({ trialId, index }) => [trialId, index]));
  return new Map(
    verdicts.decisions.map(({ candidateId, comparisons }) => [
      candidateId,
      comparisons.map((comparison) => ({
        ...comparisonPage(comparison),
        scope: comparison.scope,
        parent: position.get(comparison.parentId) ?? -1,
        trial: indexes.get(comparison.trialId) ?? -1,
        parentTrial: indexes.get(comparison.parentTrialId) ?? -1,
      })),
    ]),
  );
}

/** Counts demonstrations. ax stores them as `{ programId, traces }`, one object per program. */
function demoCount(demos: readonly Json[]): number {
  return demos.reduce((sum: number, demo) => {
    const traces = demo !== null && typeof demo === 'object' && 'traces' in demo ? demo.traces : undefined;
    return sum + (Array.isArray(traces) ? traces.length : 1);
  }, 0);
}

/** Returns whether the candidate's proposer recorded its evidence. */
export function hasEvidence({ evidence }: CandidateHistory): boolean {
  return evidence !== null && evidence !== undefined;
}

/** Returns the page's data of a decision. */
export function decisionPage(decision: Decision | null): DecisionPage | null {
  return decision && { accepted: decision.accepted, reason: decision.reason, derived: decision.derived };
}
