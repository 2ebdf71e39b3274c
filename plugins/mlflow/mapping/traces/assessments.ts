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

/** Trace and source of an assessment. */
export interface AssessmentOrigin {
  /** Id of the trace on the server. */
  readonly traceId: string;
  /** Name of the metric; `null` if it has none. */
  readonly metric: string | null;
  /** Script that evaluated the example. */
  readonly source: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** Name of the assessment if the metric has no name. */
const NAMELESS = 'score';

/**
 * Returns the result of one example as assessments of its trace: the metric's value under the metric's name with the feedback
 * text as rationale, and each objective under its name. If program or metric threw, the assessment holds the error, like in
 * the Python library (mlflow/dspy/autolog.py); the score that the evaluator counted is in the metadata.
 */
export function assessmentsOf(verdict: EventData['onExampleEnd'], origin: AssessmentOrigin): readonly Assessment[] {
  const { score, scores, feedback, error } = verdict;
  const name = origin.metric || NAMELESS;
  const all: Assessment[] = [];
  if (error !== undefined) {
    const counted: Readonly<Record<string, string>> = score === null ? {} : { [`${TAG}score`]: String(score) };
    all.push({ ...assessment(name, null, origin, feedback), error: errorOf(error), metadata: counted });
  } else {
    const value = metricValue(score);
    if (value !== null) all.push(assessment(name, value, origin, feedback));
  }
  for (const [objective, given] of Object.entries(scores ?? {})) {
    const value = metricValue(given);
    if (value !== null) all.push(assessment(objective === name ? `${name}.${objective}` : objective, value, origin));
  }
  return all;
}

function assessment(
  name: string,
  value: Assessment['value'],
  origin: AssessmentOrigin,
  rationale?: string,
): Assessment {
  const { traceId, source, time } = origin;
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

/** Returns the error. Its code is the name of the original error, even if the evaluator wrapped it. */
function errorOf({ name, message, stack, cause }: ErrorData): AssessmentError {
  return {
    error_code: plainText(name === 'Error' && cause ? cause.name : name, MAX_ASSESSMENT_NAME_CHARS),
    error_message: plainText(message, MAX_ERROR_MESSAGE_CHARS),
    ...(stack === undefined ? {} : { stack_trace: plainText(stack, MAX_STACK_CHARS) }),
  };
}
