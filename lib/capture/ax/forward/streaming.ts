import { canOpenSpan, runUnsampled } from '../../../track/traces/open.js';
import type { Span } from '../../../track/traces/span.js';
import { tracker } from '../../../track/tracker.js';
import { follow, type Steps } from '../../observe/follow.js';
import { guard } from '../../observe/guard.js';
import { endingOf, type Outcome } from '../../observe/outcome.js';
import { patchMethod } from '../access/patch.js';
import { instrumentService } from '../calls/services.js';
import { openProgramSpan } from './program-span.js';
import { StreamedOutputs } from './streamed-outputs.js';

/**
 * Traces `streamingForward`. The span opens at the first `next()`, when the work starts. Every step runs inside it. It ends
 * when the generator ends, is abandoned or is garbage-collected. The caller receives the same values at the same time.
 */
export function patchStreamingForward(owner: object): void {
  patchMethod(owner, 'streamingForward', (original, self, args) => {
    if (!tracker.on) return original.apply(self, args);
    instrumentService(args[0]);
    const span = new StreamSpan(self, args);
    return follow(() => original.apply(self, args), { steps: () => span, ended: (outcome) => span.ended(outcome) });
  });
}

class StreamSpan implements Steps {
  readonly skipIfFollowed = true;
  #span: Span | undefined;
  #begun = false;
  #isNotKept = false;
  readonly #outputs = new StreamedOutputs();

  readonly #program: unknown;
  readonly #args: unknown[];

  constructor(program: unknown, args: unknown[]) {
    this.#program = program;
    this.#args = args;
  }

  within<T>(step: () => T): T {
    if (!this.#begun) this.#begin();
    if (this.#span !== undefined) return this.#span.within(step);
    return this.#isNotKept ? runUnsampled(step) : step();
  }

  yielded(value: unknown): void {
    if (this.#span !== undefined) this.#outputs.take(value);
  }

  ended(outcome: Outcome): void {
    this.#span?.end({ ...endingOf(outcome), outputs: this.#outputs.values });
  }

  #begin(): void {
    this.#begun = true;
    if (!canOpenSpan()) return;
    guard('opening the span of a stream', () => {
      this.#span = openProgramSpan(this.#program, this.#args, 'streamingForward');
      if (this.#span === undefined) this.#isNotKept = true;
    });
  }
}
