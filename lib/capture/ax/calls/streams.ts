import { safeGet } from '../../inspect.js';

/** How a call of a model ended. */
export interface Outcome {
  /** The response, or the last chunk of a stream that told usage. */
  readonly response: unknown;
  readonly error: unknown;
  readonly failed: boolean;
  /** Whoever read the stream left it before its end. */
  readonly cancelled?: boolean;
}

export type Report = (outcome: Outcome) => void;

/** Streams that nobody holds any more: what follows them ends. */
const abandoned = new FinalizationRegistry<Follower>((follower) => follower.released());

/**
 * Watches a response stream that the caller reads: the stream, its chunks, their order and the back-pressure stay as
 * they are. `chunk` is told of each as it is handed over. Reports once: at the end with the last chunk that told usage, at
 * an error, or when it is cancelled or dropped. A stream that is piped through a transform, as ax's AxGen does, or teed
 * is followed on the other side; one that is piped into a writable is reported at once, without usage.
 */
export function watchStream(stream: ReadableStream, chunk: (value: unknown) => void, report: Report): void {
  const follower = new Follower(chunk, report);
  followStream(stream, follower, { taken: 0 });
}

/** How many chunks one branch of a teed stream has handed over. */
interface Branch {
  taken: number;
}

function followStream(stream: ReadableStream, follow: Follower, branch: Branch): void {
  follow.held();
  abandoned.register(stream, follow);
  const step = (next: Step) => follow.step(next, branch);
  const fail = (error: unknown) => follow.fail(error);
  shadow(stream, 'getReader', (original, args) => {
    const reader = original(...args) as ReadableStreamDefaultReader;
    shadow(reader, 'read', (next, given) => (next(...given) as Promise<Step>).then(step, fail));
    shadow(reader, 'cancel', (cancel, given) => {
      follow.leave();
      return cancel(...given);
    });
    return reader;
  });
  for (const name of ['values', Symbol.asyncIterator] as const) {
    shadow(stream, name, (original, args) => {
      const iterator = original(...args) as AsyncIterator<unknown>;
      shadow(iterator, 'next', (next, given) => (next(...given) as Promise<Step>).then(step, fail));
      shadow(iterator, 'return', (end, given) => {
        follow.leave();
        return end(...given);
      });
      return iterator;
    });
  }
  shadow(stream, 'cancel', (original, args) => {
    follow.leave();
    return original(...args);
  });
  shadow(stream, 'pipeTo', (original, args) => {
    follow.end();
    return original(...args);
  });
  for (const name of ['tee', 'pipeThrough'] as const) {
    shadow(stream, name, (original, args) => {
      const result = original(...args);
      for (const next of Array.isArray(result) ? result : [result]) {
        if (next instanceof ReadableStream) followStream(next, follow, { taken: branch.taken });
      }
      return result;
    });
  }
}

interface Step {
  readonly done: boolean;
  readonly value?: unknown;
}

class Follower {
  #usage: unknown;
  #open = true;
  #taken = 0;
  #streams = 0;

  readonly #chunk: (value: unknown) => void;
  readonly #report: Report;

  constructor(chunk: (value: unknown) => void, report: Report) {
    this.#chunk = chunk;
    this.#report = report;
  }

  /** Both branches of a teed stream hand over the same chunks: each counts once. */
  step(step: Step, branch: Branch): Step {
    if (step.done) {
      this.end();
      return step;
    }
    branch.taken += 1;
    if (branch.taken > this.#taken) {
      this.#taken = branch.taken;
      this.#chunk(step.value);
    }
    if (safeGet(step.value, 'modelUsage') !== undefined) this.#usage = step.value;
    return step;
  }

  fail(error: unknown): never {
    this.#close({ response: this.#usage, error, failed: true });
    throw error;
  }

  end(): void {
    this.#close({ response: this.#usage, error: undefined, failed: false });
  }

  /** One more stream hands over the chunks: the first, what it is piped through, its branches. */
  held(): void {
    this.#streams += 1;
  }

  /** Nobody holds one of them any more. A stream that was piped through another may go before that is read. */
  released(): void {
    this.#streams -= 1;
    if (this.#streams === 0) this.leave();
  }

  /** It was left before its end. */
  leave(): void {
    this.#close({ response: this.#usage, error: undefined, failed: false, cancelled: true });
  }

  #close(outcome: Outcome): void {
    if (this.#open) this.#report(outcome);
    this.#open = false;
  }
}

function shadow(
  object: object,
  name: PropertyKey,
  instead: (original: (...args: unknown[]) => unknown, args: unknown[]) => unknown,
): void {
  const original = safeGet(object, name);
  if (typeof original !== 'function') return;
  Object.defineProperty(object, name, {
    configurable: true,
    enumerable: false,
    writable: true,
    value: (...args: unknown[]) => instead((...given) => Reflect.apply(original, object, given) as unknown, args),
  });
}
