/**
 * Every code of an error or warning, with its meaning, which never changes. docs/errors.md has a section for each.
 */
export const ERROR_CODES = {
  AXL_DECORATED_TWICE: 'a class or method is decorated twice with the same decorator',
  AXL_NO_METHOD: 'the decorated class or object does not have the method to track',
  AXL_DECORATOR_TARGET: 'a decorator is on something that it cannot track',
  AXL_BAD_OPTIONS: 'an option has a wrong type or value',
  AXL_UNKNOWN_ROLE: 'an argument role names something the method does not have',
  AXL_SINK_INVALID: 'a sink is not an object with a name and functions as hooks',
  AXL_SINK_DUPLICATE: 'two registered sinks have the same name',
  AXL_SINK_FAILED: 'a hook of a sink threw or rejected',
  AXL_SINK_TIMEOUT: 'a hook of a sink took longer than its time limit',
  AXL_SINK_BREAKER_OPEN: 'a sink timed out three times in a row and gets no more events until the next flush',
  AXL_SINK_STALLED: 'flush gave up on a sink that made no progress',
  AXL_QUEUE_FULL: 'a sink is slower than the run and events for it were dropped',
  AXL_JOURNAL_WRITE: 'the journal could not be written',
  AXL_JOURNAL_CORRUPT: 'a line of the journal is not a valid event',
  AXL_JOURNAL_TORN: 'the last line of a journal was incomplete and is ignored',
  AXL_JOURNAL_VERSION: 'the journal was written by a newer version',
  AXL_JOURNAL_MISSING: 'there is no journal where one was expected',
  AXL_RUN_UNKNOWN: 'no run of the journal has this name',
  AXL_RUN_AMBIGUOUS: 'several runs begin with what was given',
  AXL_TRIAL_UNKNOWN: 'no trial of the run has this name, number or candidate',
  AXL_BLOB_MISSING: 'a value that the journal keeps in a blob is not there',
  AXL_REDACTOR_FAILED: 'a redaction function threw and the value was dropped',
  AXL_RUN_ENDED: 'something was logged to a run that has ended',
  AXL_NO_COMPILE: 'a compile-only function was called outside a tracked compile',
  AXL_UNKNOWN_CANDIDATE: 'a candidate id is not known to this compile',
  AXL_BAD_METRIC: 'a metric value is not a number',
  AXL_EVAL_DEVSET: 'Evaluate has no devset, or it is not an array',
  AXL_EVAL_METRIC: 'Evaluate has no metric, or its metric returned no score',
  AXL_EVAL_TOO_MANY_ERRORS: 'an evaluation had more errors than maxErrors allows',
  AXL_EVAL_ABORTED: 'an evaluation was aborted by its signal',
  AXL_CONFIG_INVALID: 'the configuration file or environment is not valid',
  AXL_CONFIG_LOAD: 'the configuration file could not be loaded',
  AXL_BEST_MISSING: 'the folder has no best program',
  AXL_BEST_FORMAT: 'the best program cannot be read or applied to this program',
  AXL_CERTIFICATE: 'what a compile returned is not what its best trial scored, or does not survive saving and loading',
  AXL_AX_MISSING: 'no copy of @ax-llm/ax was found to instrument',
  AXL_AX_INTERNALS: 'ax does not have a method that trials are derived from: its public API is used instead',
  AXL_TRACE_FILTER: 'traces.filter threw and the trace is kept',
  AXL_TRACE_BRIDGE: 'a bridge to another tracing system threw and is ignored',
  AXL_PATH_UNSAFE: 'a path leaves the folder it belongs to, or a link is in its way: nothing is written',
  AXL_FILES_WRITE: 'the files sink could not write a file',
  AXL_MLFLOW_CONFIG: 'the MLflow sink has no tracking server or experiment that it can use',
  AXL_MLFLOW_UNREACHABLE: 'the MLflow server did not answer',
  AXL_MLFLOW_BUSY: 'the MLflow server cannot serve requests at the moment',
  AXL_MLFLOW_REDIRECT: 'the MLflow server redirects to where nothing is sent',
  AXL_MLFLOW_PROXY: 'the proxy in the environment refuses to connect to the MLflow server, or cannot be used',
  AXL_MLFLOW_PLAIN_HTTP: 'credentials for the MLflow server cross the network unencrypted',
  AXL_MLFLOW_INSECURE_TLS: 'the certificate of the MLflow server is not checked',
  AXL_MLFLOW_AUTH: 'the MLflow server does not accept the credentials',
  AXL_MLFLOW_RESPONSE: 'the answer is not that of an MLflow server',
  AXL_MLFLOW_REFUSED: 'the MLflow server permanently refused a write: it is dropped, the rest goes on',
  AXL_MLFLOW_ARTIFACTS: 'the MLflow server does not take artifacts for this run',
  AXL_REPORT_WRITE: 'the report could not be made or written',
  AXL_UI_PORT: 'the port for the live page cannot be listened on',
  AXL_OTEL_MISSING: 'a package of OpenTelemetry that the otel sink needs is not installed',
  AXL_OTEL_PROVIDER: 'the otel sink has no TracerProvider to write to',
  AXL_OTEL_FAILED: 'the TracerProvider, a processor or the context manager of the user threw',
  AXL_OTEL_OPEN: 'more traces were open at once than the otel sink keeps: the oldest ended early',
  AXL_OTEL_EXPORT: 'the exporter of the otel sink could not deliver spans',
  AXL_OTEL_PLAIN_HTTP: 'credentials for the receiver of the otel sink cross the network unencrypted',
  AXL_OTEL_REFUSED: 'the receiver of the otel sink permanently refused spans: they are dropped, the rest goes on',
  AXL_TESTING_MISSING: 'a package that the sink contract needs is not installed',
  AXL_COPY_INCOMPATIBLE: 'an incompatible version of ax-autolog is loaded already: this copy records nothing',
  AXL_INTERNAL: 'ax-autolog has an internal error: the run is not affected',
} as const;

/** A stable code of an error or warning. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** An error of ax-autolog, with a stable `code`. Its message says what was expected, what it got, and what to do. */
export class AutologError extends Error {
  /** Stable code: see docs/errors.md. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = 'AutologError';
    this.code = code;
  }
}
