import { types } from 'node:util';
import { statusOf } from '../../../support/abort.js';
import type { Span, SpanEnding } from '../../../track/traces/span.js';
import { linkTrace } from '../../../track/traces/trace-links.js';
import { safely } from '../../guard.js';
import { followGenerator, type GeneratorOutcome, observe } from '../../observe.js';
import { ChatAnswer } from '../calls/chat-answer.js';
import { watchStream } from '../calls/streams.js';
import { StreamedOutputs } from './streamed-outputs.js';

/** Runs a call inside its span and ends the span when it settles; where it gives a stream, when that does. */
export function followSpan(span: Span, run: () => unknown): unknown {
  const end = (error: unknown, value: unknown, failed: boolean) =>
    safely(() => {
      if (span.parent === null) linkTrace(span.trace.traceId, failed ? error : value);
      if (failed) span.end({ status: statusOf(error), error });
      else if (!followValue(span, value)) span.end({ status: 'finished', outputs: value ?? null });
    });
  let value: unknown;
  try {
    value = span.within(run);
  } catch (error) {
    end(error, undefined, true);
    throw error;
  }
  return observe(value, end);
}

/** Whether the value is a stream, which the span then lasts as long as. */
function followValue(span: Span, value: unknown): boolean {
  if (types.isGeneratorObject(value)) return followSteps(span, value);
  if (!(value instanceof ReadableStream) || value.locked) return false;
  const answer = new ChatAnswer();
  watchStream(
    value,
    (chunk) => safely(() => answer.take(chunk)),
    (outcome) => safely(() => span.end({ ...endingOf(outcome), copied: answer.outputs })),
  );
  return true;
}

/** The steps of a generator run inside the span. */
function followSteps(span: Span, generator: object): boolean {
  const outputs = new StreamedOutputs();
  return followGenerator(
    generator,
    {
      within: (step) => span.within(step),
      yielded: (value) => safely(() => outputs.take(value)),
      end: (outcome) => safely(() => span.end({ ...endingOf(outcome), outputs: outputs.values })),
    },
    true,
  );
}

/** How a span ends whose stream ended so. */
export function endingOf({ failed, cancelled, error }: GeneratorOutcome): SpanEnding {
  if (failed) return { status: statusOf(error), error };
  return { status: cancelled ? 'cancelled' : 'finished' };
}
