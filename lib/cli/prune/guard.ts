import { oneLine } from '../../analysis/format/text.js';
import { pendingOf } from '../../deliver/backlog.js';
import { hasLiveWriter } from '../../journal/alive.js';
import { summaryOf } from '../../journal/reader.js';
import { createRedactor } from '../../support/redact/redact.js';

/** Why a run must stay, and whether the user may say otherwise. */
export interface Guard {
  readonly why: string;
  readonly isForceable: boolean;
}

/** Target of the files sink when it writes beside the journal: what it lacks would go with the journal. */
const BESIDE_JOURNAL = 'files';

/**
 * What keeps a run from being removed at this moment: it is going on, it is being delivered, or it has not arrived at all that
 * it is meant for.
 */
export function guardOf(runDir: string, runId: string): Guard | null {
  if (summaryOf(runDir, runId)?.status === 'running' && hasLiveWriter(runDir)) {
    return { why: 'it is running', isForceable: false };
  }
  const { targets, isFed } = pendingOf(runDir);
  if (isFed) return { why: 'it is being delivered', isForceable: false };
  const elsewhere = targets.filter((target) => target !== BESIDE_JOURNAL);
  if (elsewhere.length === 0) return null;
  const where = elsewhere.map((target) => oneLine(createRedactor().text(target))).join(', ');
  return { why: `not all of it is at ${where} yet`, isForceable: true };
}
