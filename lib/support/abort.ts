const NAMES: readonly unknown[] = ['AbortError', 'AxAIServiceAbortedError', 'APIUserAbortError'];
const CODES: readonly unknown[] = ['ABORT_ERR', 'AXL_EVAL_ABORTED'];

/**
 * Returns the status of something that ended by throwing `error`: `cancelled` for an abort, `failed` for anything else.
 * Recognizes aborts by name (of the platform, ax and the providers' clients) or by code (of Node.js and this package),
 * because two copies of a library have different classes. Never throws.
 */
export function statusOfThrown(error: unknown): 'failed' | 'cancelled' {
  if (error === null || typeof error !== 'object') return 'failed';
  try {
    const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
    return NAMES.includes(name) || CODES.includes(code) ? 'cancelled' : 'failed';
  } catch {
    return 'failed';
  }
}
