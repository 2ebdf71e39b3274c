import { createHash } from 'node:crypto';
import type { AnyEvent, SpanIds } from 'ax-autolog/sink';

/** Parts of a run that have a span. */
export type Level = 'run' | 'compile' | 'trial' | 'eval';

/** The events that start and end each level. */
const BOUNDARIES = {
  onRunStart: 'run',
  onRunEnd: 'run',
  onCompileStart: 'compile',
  onCompileEnd: 'compile',
  onTrialStart: 'trial',
  onTrialEnd: 'trial',
  onEvalStart: 'eval',
  onEvalEnd: 'eval',
} as const satisfies { readonly [type: string]: Level };

/** An event that starts or ends a run, compile, trial or evaluation. */
export type Boundary = Extract<AnyEvent, { type: keyof typeof BOUNDARIES }>;

/** Returns the key of the run, compile, trial or evaluation that this event starts or ends. */
export function stageOf(event: Boundary): string {
  return keyOf(event, BOUNDARIES[event.type]);
}

/** Returns the key of the run, compile, trial or evaluation that an event belongs to. */
export function keyOf(event: Pick<AnyEvent, 'runId' | 'compileId' | 'trialId' | 'evalId'>, level: Level): string {
  const id = { run: event.runId, compile: event.compileId, trial: event.trialId, eval: event.evalId }[level];
  return `${level}/${id ?? ''}`;
}

/** Derives ids from a key for a span that has none in the journal. They are the same in every replay. */
export function idsOf(key: string): SpanIds {
  const digest = createHash('sha256').update(key).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}
