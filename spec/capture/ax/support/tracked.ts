import type { AnyEvent, Envelope, EventType } from '../../../../lib/contract/events.js';
import { type AutologOptions, autolog } from '../../../../lib/setup/autolog.js';
import { recorder } from '../../../../lib/testing.js';
import type { Line } from './verbose-log.js';

/** Runs `fn` with ax tracked and returns every event. */
export async function tracked(fn: () => Promise<unknown>, options: AutologOptions = {}): Promise<readonly AnyEvent[]> {
  const seen = recorder();
  autolog({ logCompiles: true, logEvals: true, sinks: [seen], journal: false, silent: true, ...options });
  try {
    await fn();
    await seen.settled();
    return seen.events;
  } finally {
    autolog({ disable: true });
  }
}

/** The events of one type. */
export function only<T extends EventType>(events: readonly AnyEvent[], type: T): Envelope<T>[] {
  return events.filter((event) => event.type === type) as unknown as Envelope<T>[];
}

/** The events as GEPA's verbose log would tell them. */
export function asLog(events: readonly AnyEvent[]): Line[] {
  const lines: Line[] = [];
  const phases = new Map<string | undefined, string | null>();
  const open = new Map<string, Extract<Line, { kind: 'evaluation' }>>();
  for (const event of events) {
    if (event.type === 'onTrialStart' && event.data.phase !== 'bootstrap') {
      const line = { kind: 'evaluation' as const, phase: event.data.phase ?? '', n: event.data.n ?? -1, scores: [] };
      phases.set(event.trialId, event.data.phase);
      open.set(event.trialId ?? '', line);
      lines.push(line);
    } else if (event.type === 'onExampleEnd') {
      open.get(event.trialId ?? '')?.scores.push((event.data.score ?? Number.NaN).toFixed(3));
    } else if (event.type === 'onCandidateAccepted' || event.type === 'onCandidateRejected') {
      const accepted = event.type === 'onCandidateAccepted';
      const phase = phases.get(event.data.trialId ?? '');
      const sums = event.data.reason.match(/-?\d+\.\d{3}/g) ?? [];
      if (phase === 'merge subsample') {
        if (accepted) lines.push({ kind: 'merge accepted' });
      } else if (phase === 'child minibatch') {
        lines.push({ kind: accepted ? 'accepted' : 'rejected', child: sums[0] ?? '', parent: sums[1] ?? '' });
      }
    } else if (event.type === 'onProgress' && event.data.name === 'EarlyStopping') lines.push({ kind: 'early stop' });
  }
  return lines;
}
