import { mayTrace, notKept } from '../../../track/traces/open.js';
import type { Span } from '../../../track/traces/span.js';
import { tracker } from '../../../track/tracker.js';
import { safely } from '../../guard.js';
import { isObject } from '../../inspect.js';
import { followGenerator, type GeneratorFollower, type GeneratorOutcome } from '../../observe.js';
import { patchMethod } from '../access/patch.js';
import { instrumentService } from '../calls/services.js';
import { endingOf } from './follow-span.js';
import { openProgramSpan } from './program-span.js';
import { StreamedOutputs } from './streamed-outputs.js';

/**
 * Traces `streamingForward`: the span opens with the first `next()`, as the work does, every step runs inside it, and it
 * ends when the generator does, is left, or is held by nobody any more. What the caller gets, and when, stays as it is.
 */
export function patchStreamingForward(owner: object): void {
  patchMethod(owner, 'streamingForward', (original, self, args) => {
    const generator = original.apply(self, args);
    if (!tracker.on || !isObject(generator)) return generator;
    instrumentService(args[0]);
    followGenerator(generator, new StreamSpan(self, args));
    return generator;
  });
}

class StreamSpan implements GeneratorFollower {
  #span: Span | undefined;
  #begun = false;
  #isLeftOut = false;
  readonly #outputs = new StreamedOutputs();

  readonly #program: unknown;
  readonly #args: unknown[];

  constructor(program: unknown, args: unknown[]) {
    this.#program = program;
    this.#args = args;
  }

  within(step: () => unknown): unknown {
    if (!this.#begun) this.#begin();
    if (this.#span !== undefined) return this.#span.within(step);
    return this.#isLeftOut ? notKept(step) : step();
  }

  yielded(value: unknown): void {
    if (this.#span !== undefined) safely(() => this.#outputs.take(value));
  }

  end(outcome: GeneratorOutcome): void {
    safely(() => this.#span?.end({ ...endingOf(outcome), outputs: this.#outputs.values }));
  }

  #begin(): void {
    this.#begun = true;
    if (!mayTrace()) return;
    safely(() => {
      this.#span = openProgramSpan(this.#program, this.#args, 'streamingForward');
      if (this.#span === undefined) this.#isLeftOut = true;
    });
  }
}
