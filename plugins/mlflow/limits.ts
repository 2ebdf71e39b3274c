/** Limits of an MLflow server (mlflow/utils/validation.py of MLflow 3.17.2). */

/** Metrics in one `log-batch`. */
export const MAX_METRICS = 1_000;
/** Params in one `log-batch`. */
export const MAX_PARAMS = 100;
/** Tags in one `log-batch`. Also used for the tags of a new run. */
export const MAX_TAGS = 100;
/** Metrics, params and tags together in one `log-batch`. */
export const MAX_ENTITIES = 1_000;
/** Bytes of one `log-batch`: the server's 1 MB, less some room for the envelope. */
export const MAX_BATCH_BYTES = 990_000;
/** Characters of a param's value. */
export const MAX_PARAM_CHARS = 6_000;
/** Characters of a tag's value. */
export const MAX_TAG_CHARS = 8_000;
/** Characters of the key of a metric, param or tag. */
export const MAX_KEY_CHARS = 250;
/** Characters of a dataset's name. */
export const MAX_DATASET_NAME_CHARS = 500;
/** Characters of a dataset's digest. */
export const MAX_DIGEST_CHARS = 36;
/** Characters of a dataset's schema. */
export const MAX_SCHEMA_CHARS = 1_048_575;
/** Characters of a prompt. */
export const MAX_PROMPT_CHARS = 100_000;

/** Characters of a trace's metadata value: the most that every store of MLflow accepts and returns. */
export const MAX_TRACE_METADATA_CHARS = 250;
/** Characters of a trace's tag. */
export const MAX_TRACE_TAG_CHARS = 4_096;
/** Characters of the preview of a trace's request and response. */
export const MAX_PREVIEW_CHARS = 1_000;
/** Characters of an assessment's name and source. */
export const MAX_ASSESSMENT_NAME_CHARS = 250;
/** Characters of a rationale: at four bytes each, they fill the 64 KB column of a MySQL store. */
export const MAX_RATIONALE_CHARS = 16_000;
/** Characters of an assessment's error message. */
export const MAX_ERROR_MESSAGE_CHARS = 2_000;
/** Characters of a stack trace: with message and code, escaped as JSON, they fit into 64 KB. */
export const MAX_STACK_CHARS = 8_000;
/** Characters of a span's name. */
export const MAX_SPAN_NAME_CHARS = 1_000;
/**
 * Characters of one value of a span, such as its inputs. The server has no limit, but MLflow's trace page loads the whole
 * value.
 */
export const MAX_SPAN_VALUE_CHARS = 1_000_000;
/**
 * Levels of lists and objects in one value of a span. The server accepts more but can then not return the trace: from 33
 * objects or 49 lists on it answers 500, because protobuf's limit of 100 nested messages is reached.
 */
export const MAX_SPAN_LEVELS = 24;
/**
 * Bytes of spans in one call, before compression. The server has no limit, but a proxy in front of it usually accepts 1 MB,
 * and other requests wait while the server processes one.
 */
export const MAX_SPANS_BYTES = 1_000_000;
