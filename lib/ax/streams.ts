import { read } from './types.js';

type Report = (response: unknown, error: unknown, failed: boolean) => void;

/**
 * Watches a response stream that the caller reads: the stream, its chunks, their order and the back-pressure stay as
 * they are. Reports once: at the end with the last chunk that told usage, at an error, when it is cancelled, or at once
 * where the caller hands the stream on in a way that cannot be followed (`tee`, `pipeTo`, `pipeThrough`).
 */
export function watchStream(stream: ReadableStream, report: Report): void {
  const follow = follower(report);
  shadow(stream, 'getReader', (original, args) => {
    const reader = original(...args) as ReadableStreamDefaultReader;
    shadow(reader, 'read', (readNext, readArgs) =>
      (readNext(...readArgs) as Promise<Step>).then(follow.step, follow.fail),
    );
    shadow(reader, 'cancel', (cancel, cancelArgs) => {
      follow.end();
      return cancel(...cancelArgs);
    });
    return reader;
  });
  for (const name of ['values', Symbol.asyncIterator] as const) {
    shadow(stream, name, (original, args) => followIterator(original(...args) as AsyncIterator<unknown>, follow));
  }
  for (const name of ['cancel', 'tee', 'pipeTo', 'pipeThrough'] as const) {
    shadow(stream, name, (original, args) => {
      follow.end();
      return original(...args);
    });
  }
}

interface Step {
  readonly done: boolean;
  readonly value?: unknown;
}

interface Follower {
  step(step: Step): Step;
  fail(error: unknown): never;
  end(): void;
}

function follower(report: Report): Follower {
  let usage: unknown;
  let open = true;
  const close = (error: unknown, failed: boolean) => {
    if (open) report(usage, error, failed);
    open = false;
  };
  return {
    step(step) {
      if (step.done) close(undefined, false);
      else if (read(step.value, 'modelUsage') !== undefined) usage = step.value;
      return step;
    },
    fail(error) {
      close(error, true);
      throw error;
    },
    end: () => close(undefined, false),
  };
}

function followIterator(iterator: AsyncIterator<unknown>, follow: Follower): AsyncIterator<unknown> {
  shadow(iterator, 'next', (next, args) => (next(...args) as Promise<Step>).then(follow.step, follow.fail));
  shadow(iterator, 'return', (end, args) => {
    follow.end();
    return end(...args);
  });
  return iterator;
}

function shadow(
  object: object,
  name: PropertyKey,
  instead: (original: (...args: unknown[]) => unknown, args: unknown[]) => unknown,
): void {
  const original = read(object, name);
  if (typeof original !== 'function') return;
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: false,
    writable: true,
    value: (...args: unknown[]) => instead((...given) => Reflect.apply(original, object, given) as unknown, args),
  });
}
