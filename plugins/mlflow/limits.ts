/** What an MLflow server takes (mlflow/utils/validation.py of MLflow 3.17.2). */

/** Metrics in one `log-batch`. */
export const MAX_METRICS = 1_000;
/** Params in one `log-batch`. */
export const MAX_PARAMS = 100;
/** Tags in one `log-batch`, and with a new run, where we keep to the same number. */
export const MAX_TAGS = 100;
/** Metrics, params and tags together in one `log-batch`. */
export const MAX_ENTITIES = 1_000;
/** Bytes of one `log-batch`: 1 MB there; some room is left for the envelope. */
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
