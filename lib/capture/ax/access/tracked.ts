const elsewhere = new WeakSet<object>();

/**
 * Marks a method as tracked by somebody else, e.g. by a decorator: ax's instrumentation then opens no compile round it.
 */
export function leaveAlone(method: object): void {
  elsewhere.add(method);
}

/** Whether the method is tracked by somebody else. */
export function isLeftAlone(method: object): boolean {
  return elsewhere.has(method);
}
