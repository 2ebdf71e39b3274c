import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { count, range, score, shortId } from '../parts/format.js';
import { DecisionMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';

/** The tip beside the point of a trial. */
export function TrialTip({ trial, compile }: { readonly trial: TrialPage; readonly compile: CompilePage }) {
  const candidate = compile.candidates[trial.candidate ?? -1];
  return (
    <>
      <strong>
        {score(trial.score)}
        {trial.interval && <span class="muted"> {range(trial.interval)}</span>}
      </strong>
      <span>
        trial {trial.index} · {trial.scope ?? 'unknown scope'} · {count(trial.n ?? 0, 'example')}
      </span>
      {trial.phase && <Inline text={trial.phase} class="muted" />}
      {candidate && (
        <span class="mono">
          {shortId(candidate.id)}
          {candidate.by && <span class="muted"> by {candidate.by}</span>}
        </span>
      )}
      {trial.decision && <DecisionMark accepted={trial.decision.accepted} />}
    </>
  );
}
