import { cleanJson, oneLine, type SearchVerdict } from 'ax-autolog/analysis';
import { type AnyEvent, type EventType, handle, type Json } from 'ax-autolog/sink';
import { DESCRIPTIONS } from './descriptions.js';

type Level = 'debug' | 'info' | 'warn';

/** One structured log line. */
export interface Line {
  readonly level: Level;
  readonly fields: Readonly<Record<string, Json>>;
  readonly message: string;
}

/** The steps of a run are `info`; the details of a step are `debug`. */
const LEVELS: Readonly<Record<EventType, Level>> = {
  onRunStart: 'info',
  onCompileStart: 'info',
  onEvalStart: 'info',
  onTrialStart: 'info',
  onExampleEnd: 'debug',
  onTrialEnd: 'info',
  onCandidateProposed: 'info',
  onCandidateAccepted: 'info',
  onCandidateRejected: 'info',
  onBestChanged: 'info',
  onParetoChanged: 'info',
  onCertificate: 'info',
  onTraceEnd: 'debug',
  onLMCall: 'debug',
  onLog: 'info',
  onProgress: 'info',
  onWarning: 'warn',
  onEvalEnd: 'info',
  onCompileEnd: 'info',
  onRunEnd: 'info',
};

/** Returns the level of an event's line. A type that only a newer version knows is `info`. */
export function levelOf(type: EventType): Level {
  return Object.hasOwn(LEVELS, type) ? LEVELS[type] : 'info';
}

/**
 * Renders an event as a line, with control characters and escape sequences shown by their codes. Returns `null` for a type that this version
 * does not know.
 */
export function lineOf(event: AnyEvent, verdict: SearchVerdict | null = null): Line | null {
  const described = handle(DESCRIPTIONS, event, verdict);
  if (!described) return null;
  const [message, fields] = described;
  const { runId, compileId, evalId, trialId, type } = event;
  const place = { event: type, runId, compileId, evalId, trialId };
  const known = Object.entries({ ...place, ...fields }).filter(([, value]) => value !== undefined);
  return {
    level: levelOf(type),
    fields: cleanJson(Object.fromEntries(known) as { [key: string]: Json }) as { [key: string]: Json },
    message: oneLine(message),
  };
}
