import type { DecisionPage } from '../../data/types/index.js';
import { Inline } from './text.jsx';

/** How something ended, with a mark of its own that does not depend on colour. */
export function StatusMark({ status }: { readonly status: 'finished' | 'failed' | 'cancelled' | 'running' }) {
  return (
    <span class={`status status-${status}`} data-status={status}>
      <span class="status-sign" aria-hidden="true" />
      {status}
    </span>
  );
}

/** Accepted or rejected, in words and by a sign. */
export function DecisionMark({ accepted }: { readonly accepted: boolean }) {
  return (
    <span class={accepted ? 'decision accepted' : 'decision rejected'}>
      <span aria-hidden="true">{accepted ? '▲' : '✕'}</span> {accepted ? 'accepted' : 'rejected'}
    </span>
  );
}

/** A decision with its reason. */
export function DecisionReason({ decision }: { readonly decision: DecisionPage }) {
  const { accepted, reason, derived } = decision;
  return (
    <div class="decision-said">
      <DecisionMark accepted={accepted} /> <Inline text={reason} />
      {derived && <span class="tag">derived</span>}
    </div>
  );
}
