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
 * Whether the messages of a code may quote a value, or an error that the program, its data or the user's code threw. The
 * warnings of sinks are not asked: sinks know only what was recorded.
 */
const MAY_QUOTE: { readonly [C in ErrorCode]: boolean } = {
  AXL_DECORATED_TWICE: false,
  AXL_NO_METHOD: false,
  AXL_DECORATOR_TARGET: false,
  AXL_BAD_OPTIONS: true,
  AXL_UNKNOWN_ROLE: false,
  AXL_SINK_INVALID: false,
  AXL_SINK_DUPLICATE: false,
  AXL_SINK_FAILED: false,
  AXL_SINK_TIMEOUT: false,
  AXL_SINK_BREAKER_OPEN: false,
  AXL_SINK_STALLED: false,
  AXL_QUEUE_FULL: false,
  AXL_JOURNAL_WRITE: false,
  AXL_JOURNAL_CORRUPT: false,
  AXL_JOURNAL_TORN: false,
  AXL_JOURNAL_VERSION: false,
  AXL_JOURNAL_MISSING: false,
  AXL_RUN_UNKNOWN: false,
  AXL_RUN_AMBIGUOUS: false,
  AXL_TRIAL_UNKNOWN: false,
  AXL_BLOB_MISSING: false,
  AXL_REDACTOR_FAILED: true,
  AXL_RUN_ENDED: false,
  AXL_NO_COMPILE: false,
  AXL_UNKNOWN_CANDIDATE: true,
  AXL_BAD_METRIC: true,
  AXL_EVAL_DEVSET: true,
  AXL_EVAL_METRIC: true,
  AXL_EVAL_TOO_MANY_ERRORS: true,
  AXL_EVAL_ABORTED: true,
  AXL_CONFIG_INVALID: false,
  AXL_CONFIG_LOAD: false,
  AXL_ARTIFACT_REFUSED: false,
  AXL_PATH_UNSAFE: false,
  AXL_BEST_MISSING: false,
  AXL_BEST_FORMAT: true,
  AXL_BEST_SECRETS: true,
  AXL_BEST_INCOMPLETE: false,
  AXL_CERTIFICATE: true,
  AXL_AX_MISSING: false,
  AXL_AX_INTERNALS: false,
  AXL_TRACE_FILTER: true,
  AXL_TRACE_BRIDGE: true,
  AXL_FILES_WRITE: false,
  AXL_MLFLOW_CONFIG: false,
  AXL_MLFLOW_UNREACHABLE: false,
  AXL_MLFLOW_BUSY: false,
  AXL_MLFLOW_AUTH: false,
  AXL_MLFLOW_RESPONSE: false,
  AXL_MLFLOW_REFUSED: false,
  AXL_MLFLOW_ARTIFACTS: false,
  AXL_MLFLOW_INSECURE_TLS: false,
  AXL_MLFLOW_PLAIN_HTTP: false,
  AXL_MLFLOW_PROXY: false,
  AXL_MLFLOW_REDIRECT: false,
  AXL_OTEL_PLAIN_HTTP: false,
  AXL_REPORT_WRITE: false,
  AXL_UI_PORT: false,
  AXL_OTEL_MISSING: false,
  AXL_OTEL_PROVIDER: false,
  AXL_OTEL_FAILED: false,
  AXL_OTEL_OPEN: false,
  AXL_OTEL_EXPORT: false,
  AXL_OTEL_REFUSED: false,
  AXL_TESTING_MISSING: false,
  AXL_COPY_INCOMPATIBLE: false,
  AXL_INTERNAL: true,
};

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
  const isOurs = Object.hasOwn(MAY_QUOTE, code);
  if (capturesAll(capture) || sink !== undefined || (isOurs && !MAY_QUOTE[code as ErrorCode])) return warning;
  const meaning = isOurs ? `${ERROR_CODES[code as ErrorCode]} ` : '';
  return { ...warning, message: `${meaning}${NOT_CAPTURED}`, data: null };
}
