import { types } from 'node:util';
import type { Span, SpanEnding } from '../../../track/traces/span.js';
import { linkTrace } from '../../../track/traces/trace-links.js';
import { follow, type Steps } from '../../observe/follow.js';
import { endingOf } from '../../observe/outcome.js';
import { ChatAnswer } from '../calls/chat-answer.js';
import { StreamedOutputs } from './streamed-outputs.js';

/** Runs a call inside its span. The span ends when the call settles, or when the stream that it returned ends. */
export function followSpan(span: Span, run: () => unknown): unknown {
  const link = (outcome: unknown): void => {
    if (span.parent === null) linkTrace(span.trace.traceId, outcome);
  };
  let streamed: StreamedContent | undefined;
  return follow(run, {
    thenables: 'follow',
    within: (step) => span.within(step),
    steps(value) {
      streamed = streamedContent(value);
      if (streamed !== undefined) link(value);
      return streamed;
    },
    ended(outcome) {
      if (streamed !== undefined) return span.end({ ...endingOf(outcome), ...streamed.content() });
      const { failed, error, value } = outcome;
      link(failed ? error : value);
      span.end({ ...endingOf(outcome), ...(failed ? {} : { outputs: value ?? null }) });
    },
  });
}

/** Assembles the outputs of a generator or stream. */
interface StreamedContent extends Steps {
  content(): Pick<SpanEnding, 'outputs' | 'copied'>;
}

function streamedContent(value: object): StreamedContent | undefined {
  if (types.isGeneratorObject(value)) return outputsOfGenerator();
  return value instanceof ReadableStream && !value.locked ? answerOfStream() : undefined;
}

function outputsOfGenerator(): StreamedContent {
  const outputs = new StreamedOutputs();
  return { yielded: (value) => outputs.take(value), content: () => ({ outputs: outputs.values }) };
}

function answerOfStream(): StreamedContent {
  const answer = new ChatAnswer();
  return { yielded: (chunk) => answer.take(chunk), content: () => ({ copied: answer.outputs }) };
}
