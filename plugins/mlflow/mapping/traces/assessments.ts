import { createHash } from 'node:crypto';
import type { ErrorData, EventData } from 'ax-autolog/sink';
import type { Assessment, AssessmentError } from '../../client/trace-types.js';
import {
  MAX_ASSESSMENT_NAME_CHARS,
  MAX_ERROR_MESSAGE_CHARS,
  MAX_RATIONALE_CHARS,
  MAX_STACK_CHARS,
} from '../../limits.js';
import { plainText } from '../fitting.js';
import { metricValue, wholeTime } from '../values.js';
import { TAG } from '../writes.js';

/** What a verdict is on, and who gave it. */
export interface Judged {
  /** The trace's id here. */
  readonly traceId: string;
  /** Name of the metric; `null` where it has none. */
  readonly metric: string | null;
  /** The script in which it was given. */
  readonly source: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** Name of the assessment of a metric that has none. */
const NAMELESS = 'score';

/**
 * The verdict on one example as feedback on its trace: the metric's value under the metric's name, with the feedback text
 * as rationale, and each objective under its own. Where program or metric raised, the metric's feedback is the error, as
 * the Python reference has it (mlflow/dspy/autolog.py); what the evaluator counted in its place is in the metadata.
 */
export function assessmentsOf(verdict: EventData['onExampleEnd'], judged: Judged): readonly Assessment[] {
  const { score, scores, feedback, error } = verdict;
  const name = judged.metric || NAMELESS;
  const all: Assessment[] = [];
  if (error !== undefined) {
    const counted: Readonly<Record<string, string>> = score === null ? {} : { [`${TAG}score`]: String(score) };
    all.push({ ...assessment(name, null, judged, feedback), error: errorOf(error), metadata: counted });
  } else {
    const value = metricValue(score);
    if (value !== null) all.push(assessment(name, value, judged, feedback));
  }
  for (const [objective, given] of Object.entries(scores ?? {})) {
    const value = metricValue(given);
    if (value !== null) all.push(assessment(objective === name ? `${name}.${objective}` : objective, value, judged));
  }
  return all;
}

function assessment(name: string, value: Assessment['value'], judged: Judged, rationale?: string): Assessment {
  const { traceId, source, time } = judged;
  const digest = createHash('sha256').update(`${traceId} ${name}`).digest('hex');
  return {
    id: `a-${digest.slice(0, 32)}`,
    name: plainText(name, MAX_ASSESSMENT_NAME_CHARS),
    value,
    ...(rationale === undefined ? {} : { rationale: plainText(rationale, MAX_RATIONALE_CHARS) }),
    metadata: {},
    source: plainText(source, MAX_ASSESSMENT_NAME_CHARS),
    time: wholeTime(time),
  };
}

/** Named after what was raised, also where the evaluator has put its own words round it. */
function errorOf({ name, message, stack, cause }: ErrorData): AssessmentError {
  return {
    error_code: plainText(name === 'Error' && cause ? cause.name : name, MAX_ASSESSMENT_NAME_CHARS),
    error_message: plainText(message, MAX_ERROR_MESSAGE_CHARS),
    ...(stack === undefined ? {} : { stack_trace: plainText(stack, MAX_STACK_CHARS) }),
  };
}
