/**
 * Runs `work` on every item, at most `threads` at a time, and returns the results in the items' order. After the first
 * failure or an abort it starts nothing new, waits for the running work, and throws the error.
 */
export async function inOrder<T, R>(
  items: readonly T[],
  threads: number,
  signal: AbortSignal | undefined,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array<R>(items.length);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const index = next++;
      try {
        signal?.throwIfAborted();
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  const size = Math.max(1, Math.min(Math.floor(threads), items.length));
  await Promise.all(Array.from({ length: size }, worker));
  if (failure !== undefined) throw failure.error;
  return results;
}
