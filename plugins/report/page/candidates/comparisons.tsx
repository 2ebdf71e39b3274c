import type { CandidatePage, CompilePage } from '../../data/types/index.js';
import { shortId } from '../parts/format.js';
import { Verdict } from '../parts/verdict.jsx';

interface ComparisonsProps {
  readonly compile: CompilePage;
  readonly candidate: CandidatePage;
  /** Only those of this trial. */
  readonly trial?: number;
}

/** A candidate compared with its parents, on the examples that both ran. */
export function ParentComparisons({ compile, candidate, trial }: ComparisonsProps) {
  const shown = candidate.comparisons.filter((comparison) => trial === undefined || comparison.trial === trial);
  if (shown.length === 0) return null;
  return (
    <ul class="comparisons">
      {shown.map((comparison) => (
        <li key={`${comparison.scope} ${comparison.parent}`}>
          <span class="muted">
            {comparison.scope}, against parent {shortId(compile.candidates[comparison.parent]?.id ?? 'unknown')} in
            trial {comparison.parentTrial}
          </span>
          <Verdict of={`parent-${comparison.scope}`} comparison={comparison} />
        </li>
      ))}
    </ul>
  );
}
