/** Makes LM calls of that service visible. */
export function meetService(_ai: unknown): void {}
