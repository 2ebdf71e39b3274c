import { ERROR_CODES, type ErrorCode } from '../contract/errors.js';

/** Which content is recorded: `capture` of `autolog`, with its defaults. */
export interface Capture {
  /** Examples and other inputs. */
  readonly inputs: boolean;
  /** Predictions and other outputs. */
  readonly outputs: boolean;
  /** Instructions and other texts of a program. */
  readonly prompts: boolean;
  /** Binary files of any kind that the user logs, unsearched. */
  readonly binary?: boolean;
}

/** The text that replaces a text that is not captured. */
export const NOT_CAPTURED = '[not captured]';

/** Environment variable of each switch. */
export const CAPTURE_VARIABLES = {
  AX_AUTOLOG_CAPTURE_INPUTS: 'inputs',
  AX_AUTOLOG_CAPTURE_OUTPUTS: 'outputs',
  AX_AUTOLOG_CAPTURE_PROMPTS: 'prompts',
} as const satisfies Record<string, keyof Capture>;

const YES: readonly string[] = ['1', 'true', 'on', 'yes'];

/**
 * Returns the switches in effect. Content is recorded unless the options or the environment turn it off, so that a variable
 * also applies to an app that sets the option itself. A variable with an unknown value turns it off.
 */
export function captureOf(options: Partial<Capture>, env: NodeJS.ProcessEnv): Capture {
  const capture = { inputs: true, outputs: true, prompts: true, ...definedIn(options) };
  for (const [variable, name] of Object.entries(CAPTURE_VARIABLES)) {
    const value = env[variable];
    if (value && !YES.includes(value.toLowerCase())) capture[name] = false;
  }
  return Object.freeze(capture);
}

function definedIn(options: Partial<Capture>): Partial<Capture> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Returns whether all content is recorded. */
export function capturesAll({ inputs, outputs, prompts }: Capture): boolean {
  return inputs && outputs && prompts;
}

/**
 * Codes whose messages never quote a value, nor an error that the program, its data or the user's code threw. Any other
 * code may, so a new one is safe until it is listed. The warnings of sinks are not asked: sinks know only what was recorded.
 */
const QUOTES_NOTHING: ReadonlySet<string> = new Set<ErrorCode>([
  'AXL_DECORATED_TWICE',
  'AXL_NO_METHOD',
  'AXL_DECORATOR_TARGET',
  'AXL_UNKNOWN_ROLE',
  'AXL_SINK_INVALID',
  'AXL_SINK_DUPLICATE',
  'AXL_SINK_FAILED',
  'AXL_SINK_TIMEOUT',
  'AXL_SINK_BREAKER_OPEN',
  'AXL_SINK_STALLED',
  'AXL_QUEUE_FULL',
  'AXL_JOURNAL_WRITE',
  'AXL_JOURNAL_CORRUPT',
  'AXL_JOURNAL_TORN',
  'AXL_JOURNAL_VERSION',
  'AXL_JOURNAL_MISSING',
  'AXL_RUN_UNKNOWN',
  'AXL_RUN_AMBIGUOUS',
  'AXL_TRIAL_UNKNOWN',
  'AXL_BLOB_MISSING',
  'AXL_RUN_ENDED',
  'AXL_NO_COMPILE',
  'AXL_CONFIG_INVALID',
  'AXL_CONFIG_LOAD',
  'AXL_ARTIFACT_REFUSED',
  'AXL_BEST_MISSING',
  'AXL_BEST_INCOMPLETE',
  'AXL_AX_MISSING',
  'AXL_AX_INTERNALS',
  'AXL_FILES_WRITE',
  'AXL_MLFLOW_CONFIG',
  'AXL_MLFLOW_UNREACHABLE',
  'AXL_MLFLOW_BUSY',
  'AXL_MLFLOW_AUTH',
  'AXL_MLFLOW_RESPONSE',
  'AXL_MLFLOW_REFUSED',
  'AXL_MLFLOW_ARTIFACTS',
  'AXL_REPORT_WRITE',
  'AXL_UI_PORT',
  'AXL_OTEL_MISSING',
  'AXL_OTEL_PROVIDER',
  'AXL_OTEL_FAILED',
  'AXL_OTEL_OPEN',
  'AXL_OTEL_EXPORT',
  'AXL_OTEL_REFUSED',
  'AXL_TESTING_MISSING',
  'AXL_COPY_INCOMPATIBLE',
  'AXL_PATH_UNSAFE',
]);

/** A warning before it is redacted. */
export interface CapturedWarning {
  readonly code: string;
  readonly message: string;
  readonly sink: string | undefined;
  readonly data: unknown;
}

/**
 * Returns the warning without what it may quote, unless all content is captured: the meaning of its code replaces the
 * message. A code that is not one of ours is taken to quote.
 */
export function withoutQuotes<W extends CapturedWarning>(warning: W, capture: Capture): W {
  const { code, sink } = warning;
  if (capturesAll(capture) || sink !== undefined || QUOTES_NOTHING.has(code)) return warning;
  const meaning = Object.hasOwn(ERROR_CODES, code) ? `${ERROR_CODES[code as ErrorCode]} ` : '';
  return { ...warning, message: `${meaning}${NOT_CAPTURED}`, data: null };
}
