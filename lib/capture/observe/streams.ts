import { types } from 'node:util';
import { methodOf, safeGet } from '../inspect.js';
import type { StepListener } from './generators.js';
import { derive } from './promises.js';

/** Streams that nobody holds any more: what follows them ends. */
const abandoned = new FinalizationRegistry<Chunks>((chunks) => chunks.released());

/**
 * Follows a stream that the caller reads: the stream, its chunks, their order and the back-pressure stay as they are. It
 * ends with the stream, at an error, or when it is cancelled or dropped. A stream that is piped through a transform, as
 * ax's AxGen does, or teed is followed on the other side; one that is piped into a writable ends at once.
 *
 * @returns false if somebody reads it already
 */
export function followStream(stream: ReadableStream, listener: StepListener): boolean {
  if (stream.locked) return false;
  followBranch(stream, new Chunks(listener), { taken: 0 });
  return true;
}

/** How many chunks one branch of a teed stream has handed over. */
interface Branch {
  taken: number;
}

function followBranch(stream: ReadableStream, chunks: Chunks, branch: Branch): void {
  chunks.held();
  abandoned.register(stream, chunks);
  const to = {
    fulfilled: (step: unknown) => chunks.step(step, branch),
    rejected: (error: unknown) => chunks.failed(error),
  };
  const leave: Instead = (original, args) => {
    chunks.left();
    return original(...args);
  };
  const step: Instead = (original, args) => {
    const result = original(...args);
    return types.isPromise(result) ? derive(result, to) : result;
  };
  shadowReaders(stream, step, leave);
  shadow(stream, 'cancel', leave);
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

/** Whoever reads takes each step, or leaves, through a reader or an iterator. */
function shadowReaders(stream: ReadableStream, step: Instead, leave: Instead): void {
  shadow(stream, 'getReader', (original, args) => {
    const reader = original(...args) as object;
    shadow(reader, 'read', step);
    shadow(reader, 'cancel', leave);
    return reader;
  });
  for (const name of ['values', Symbol.asyncIterator] as const) {
    shadow(stream, name, (original, args) => {
      const iterator = original(...args) as object;
      shadow(iterator, 'next', step);
      shadow(iterator, 'return', leave);
      return iterator;
    });
  }
}

/** The chunks of a stream and of what it is teed into or piped through. */
class Chunks {
  readonly #listener: StepListener;
  #taken = 0;
  #streams = 0;

  constructor(listener: StepListener) {
    this.#listener = listener;
  }

  /** Both branches of a teed stream hand over the same chunks: each counts once. */
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

  left(): void {
    this.#listener.left();
  }

  /** One more stream hands over the chunks: the first, what it is piped through, its branches. */
  held(): void {
    this.#streams += 1;
  }

  /** Nobody holds one of them any more. A stream that was piped through another may go before that is read. */
  released(): void {
    this.#streams -= 1;
    if (this.#streams === 0) this.left();
  }
}

type Instead = (original: (...args: unknown[]) => unknown, args: unknown[]) => unknown;

function shadow(object: object, name: PropertyKey, instead: Instead): void {
  const original = methodOf(object, name);
  if (original === undefined) return;
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: false,
    writable: true,
    value: (...args: unknown[]) => instead((...given) => Reflect.apply(original, object, given) as unknown, args),
  });
}
