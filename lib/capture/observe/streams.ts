import { types } from 'node:util';
import type { StepListener } from './generators.js';
import { methodOf, safeGet } from './inspect.js';
import { derive } from './promises.js';

const collected = new FinalizationRegistry<Chunks>((chunks) => chunks.released());

/**
 * Follows a stream that the caller reads. The stream, its chunks, their order and the back-pressure stay unchanged. The
 * listener is called at the stream's end, at an error, and when it is cancelled or garbage-collected. If the stream is
 * piped through a transform, as ax's AxGen does, or teed, the new streams are followed; if it is piped into a writable, it
 * counts as ended at once.
 *
 * @returns false if the stream is locked to a reader already
 */
export function followStream(stream: ReadableStream, listener: StepListener): boolean {
  if (stream.locked) return false;
  followBranch(stream, new Chunks(listener), { taken: 0 });
  return true;
}

/** Counts the chunks that one branch of a teed stream has delivered. */
interface Branch {
  taken: number;
}

function followBranch(stream: ReadableStream, chunks: Chunks, branch: Branch): void {
  chunks.added();
  collected.register(stream, chunks);
  const to = {
    fulfilled: (step: unknown) => chunks.step(step, branch),
    rejected: (error: unknown) => chunks.failed(error),
  };
  const abandon: Replacement = (original, args) => {
    chunks.abandoned();
    return original(...args);
  };
  const step: Replacement = (original, args) => {
    const result = original(...args);
    return types.isPromise(result) ? derive(result, to) : result;
  };
  shadowReaders(stream, step, abandon);
  shadow(stream, 'cancel', abandon);
  shadow(stream, 'pipeTo', (original, args) => {
    chunks.done();
    return original(...args);
  });
  for (const name of ['tee', 'pipeThrough'] as const) {
    shadow(stream, name, (original, args) => {
      const result = original(...args);
      for (const next of Array.isArray(result) ? result : [result]) {
        if (next instanceof ReadableStream) followBranch(next, chunks, { taken: branch.taken });
      }
      return result;
    });
  }
}

/** Shadows the readers and iterators of a stream: every read and every cancellation goes through one. */
function shadowReaders(stream: ReadableStream, step: Replacement, abandon: Replacement): void {
  shadow(stream, 'getReader', (original, args) => {
    const reader = original(...args) as object;
    shadow(reader, 'read', step);
    shadow(reader, 'cancel', abandon);
    return reader;
  });
  for (const name of ['values', Symbol.asyncIterator] as const) {
    shadow(stream, name, (original, args) => {
      const iterator = original(...args) as object;
      shadow(iterator, 'next', step);
      shadow(iterator, 'return', abandon);
      return iterator;
    });
  }
}

/** The chunks of a stream and of the streams that it is teed into or piped through. */
class Chunks {
  readonly #listener: StepListener;
  #taken = 0;
  #streams = 0;

  constructor(listener: StepListener) {
    this.#listener = listener;
  }

  /** Reports each chunk once, although both branches of a teed stream deliver it. */
  step(step: unknown, branch: Branch): void {
    if (safeGet(step, 'done') === true) {
      this.done();
      return;
    }
    branch.taken += 1;
    if (branch.taken <= this.#taken) return;
    this.#taken = branch.taken;
    this.#listener.yielded(safeGet(step, 'value'));
  }

  done(): void {
    this.#listener.returned(undefined);
  }

  failed(error: unknown): void {
    this.#listener.failed(error);
  }

  abandoned(): void {
    this.#listener.abandoned();
  }

  /** Counts one more stream that delivers the chunks: the first, a branch, or one that it is piped through. */
  added(): void {
    this.#streams += 1;
  }

  /** Called when one of the streams is garbage-collected. A piped stream may be collected before the next one is read. */
  released(): void {
    this.#streams -= 1;
    if (this.#streams === 0) this.abandoned();
  }
}

type Replacement = (original: (...args: unknown[]) => unknown, args: unknown[]) => unknown;

function shadow(object: object, name: PropertyKey, replacement: Replacement): void {
  const original = methodOf(object, name);
  if (original === undefined) return;
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: false,
    writable: true,
    value: (...args: unknown[]) => replacement((...given) => Reflect.apply(original, object, given) as unknown, args),
  });
}
