import { createHash } from 'node:crypto';
import type { AnyEvent, SpanIds } from 'ax-autolog/sink';

/** What a run consists of and has a span of its own. */
export type Level = 'run' | 'compile' | 'trial' | 'eval';

/** The events with which each level begins and ends. */
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

/** An event that begins or ends a run, compile, trial or evaluation. */
export type Boundary = Extract<AnyEvent, { type: keyof typeof BOUNDARIES }>;

/** Names what begins or ends with this event. */
export function stageOf(event: Boundary): string {
  return keyOf(event, BOUNDARIES[event.type]);
}

/** Names the run, compile, trial or evaluation that an event belongs to. */
export function keyOf(event: Pick<AnyEvent, 'runId' | 'compileId' | 'trialId' | 'evalId'>, level: Level): string {
  const id = { run: event.runId, compile: event.compileId, trial: event.trialId, eval: event.evalId }[level];
  return `${level}/${id ?? ''}`;
}

/** Ids for a span that the journal has none for: the same in each replay. */
export function idsOf(key: string): SpanIds {
  const digest = createHash('sha256').update(key).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}
