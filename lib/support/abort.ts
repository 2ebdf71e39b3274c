const NAMES: readonly unknown[] = ['AbortError', 'AxAIServiceAbortedError', 'APIUserAbortError'];
const CODES: readonly unknown[] = ['ABORT_ERR', 'AXL_EVAL_ABORTED'];

/**
 * How something that threw has ended: `cancelled` for an abort, `failed` for anything else. Aborts are known by name (the
 * platform's, ax's, that of providers' clients) or code (Node's, ours): classes differ between copies of a library. Never
 * throws.
 */
export function statusOf(error: unknown): 'failed' | 'cancelled' {
  if (error === null || typeof error !== 'object') return 'failed';
  try {
    const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
    return NAMES.includes(name) || CODES.includes(code) ? 'cancelled' : 'failed';
  } catch {
    return 'failed';
  }
}
