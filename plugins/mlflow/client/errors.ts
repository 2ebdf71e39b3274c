import { AutologError, type ErrorCode } from 'ax-autolog/sink';

/** Details of a failed request. */
export interface MlflowErrorDetails {
  /** HTTP status; left out if no answer arrived. */
  readonly status?: number;
  /** MLflow's own code, such as `RESOURCE_DOES_NOT_EXIST`. */
  readonly serverCode?: string;
  /** Time in a `Retry-After` header, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** True if the server cannot have processed the request: it was not sent, or the answer excludes it. */
  readonly untouched: boolean;
  /** True if the answer was too large to be read, so a request for less may be answered. */
  readonly isTooLarge?: boolean;
  readonly cause?: unknown;
}

/**
 * Error of a failed request. Codes: `AXL_MLFLOW_UNREACHABLE` (no answer), `AXL_MLFLOW_BUSY` (429, 408, 5xx),
 * `AXL_MLFLOW_AUTH` (401, 403), `AXL_MLFLOW_REFUSED` (other 4xx), `AXL_MLFLOW_RESPONSE` (not an answer of MLflow),
 * `AXL_MLFLOW_REDIRECT` (a redirect that is not followed), `AXL_MLFLOW_PROXY` (the proxy refuses or cannot be used),
 * `AXL_MLFLOW_CONFIG` (a header cannot be sent).
 * The message names method, origin and path, never a header or a query.
 */
export class MlflowError extends AutologError {
  readonly status: number | undefined;
  readonly serverCode: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** See {@link MlflowErrorDetails.untouched}. */
  readonly untouched: boolean;
  /** See {@link MlflowErrorDetails.isTooLarge}. */
  readonly isTooLarge: boolean;

  constructor(code: ErrorCode, message: string, details: MlflowErrorDetails) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'MlflowError';
    this.status = details.status;
    this.serverCode = details.serverCode;
    this.retryAfterMs = details.retryAfterMs;
    this.untouched = details.untouched;
    this.isTooLarge = details.isTooLarge ?? false;
  }
}

/** Whether the same request may succeed later. */
export function isTransient(error: unknown): error is MlflowError {
  return error instanceof MlflowError && (error.code === 'AXL_MLFLOW_UNREACHABLE' || error.code === 'AXL_MLFLOW_BUSY');
}

/** Whether the server permanently rejects this request. Other requests may still succeed. */
export function isRefusal(error: unknown): error is MlflowError {
  if (!(error instanceof MlflowError) || error.status === undefined) return false;
  if (error.status === 501) return true;
  return error.status >= 400 && error.status < 500 && ![401, 403, 407, 408, 429].includes(error.status);
}

/** Whether an MLflow server answered that the resource does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof MlflowError && error.serverCode === 'RESOURCE_DOES_NOT_EXIST';
}

/** Whether an MLflow server answered that the resource already exists. */
export function isTaken(error: unknown): boolean {
  return error instanceof MlflowError && error.serverCode === 'RESOURCE_ALREADY_EXISTS';
}
