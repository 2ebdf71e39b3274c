import { read } from './types.js';

type Report = (response: unknown, error: unknown, failed: boolean) => void;

/**
 * Watches a response stream that the caller reads: the stream, its chunks, their order and the back-pressure stay as
 * they are. Reports once: at the end with the last chunk that told usage, at an error, or when it is cancelled. A stream
 * that is piped through a transform, as ax's AxGen does, or teed is followed on the other side; one that is piped into a
 * writable is reported at once, without usage.
 */
export function watchStream(stream: ReadableStream, report: Report): void {
  followStream(stream, follower(report));
}

function followStream(stream: ReadableStream, follow: Follower): void {
  shadow(stream, 'getReader', (original, args) => {
    const reader = original(...args) as ReadableStreamDefaultReader;
    shadow(reader, 'read', (next, given) => (next(...given) as Promise<Step>).then(follow.step, follow.fail));
    shadow(reader, 'cancel', (cancel, given) => {
      follow.end();
      return cancel(...given);
    });
    return reader;
  });
  for (const name of ['values', Symbol.asyncIterator] as const) {
    shadow(stream, name, (original, args) => followIterator(original(...args) as AsyncIterator<unknown>, follow));
  }
  for (const name of ['cancel', 'pipeTo'] as const) {
    shadow(stream, name, (original, args) => {
      follow.end();
      return original(...args);
    });
  }
  for (const name of ['tee', 'pipeThrough'] as const) {
    shadow(stream, name, (original, args) => {
      const result = original(...args);
      for (const next of Array.isArray(result) ? result : [result]) {
        if (next instanceof ReadableStream) followStream(next, follow);
      }
      return result;
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
