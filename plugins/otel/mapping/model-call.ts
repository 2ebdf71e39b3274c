import type { SpanData, SpanLM } from 'ax-autolog/sink';
import type { Attributes } from './attributes.js';
import { inputMessages, outputMessages, toolDefinitions } from './messages.js';
import { providerName } from './providers.js';
import { membersOf } from './values.js';

/** Attributes with a numeric setting of the request, and the names of the setting in OpenAI's API. */
const NUMBERS: { readonly [attribute: string]: readonly string[] } = {
  'gen_ai.request.temperature': ['temperature'],
  'gen_ai.request.top_p': ['top_p'],
  'gen_ai.request.top_k': ['top_k'],
  'gen_ai.request.max_tokens': ['max_completion_tokens', 'max_tokens'],
  'gen_ai.request.frequency_penalty': ['frequency_penalty'],
  'gen_ai.request.presence_penalty': ['presence_penalty'],
  'gen_ai.request.seed': ['seed'],
};

/** Writes the attributes of one LM call. */
export function writeModelCall(to: Attributes, span: SpanData): void {
  const request = membersOf(span.inputs);
  const { lm } = span;
  to.text('gen_ai.request.model', request['model'] ?? lm?.model);
  to.text('gen_ai.response.model', membersOf(span.outputs)['model']);
  for (const [attribute, names] of Object.entries(NUMBERS)) {
    to.number(
      attribute,
      names.map((name) => request[name]).find((value) => value !== undefined && value !== null),
    );
  }
  if (request['n'] !== 1) to.number('gen_ai.request.choice.count', request['n']);
  to.texts('gen_ai.request.stop_sequences', typeof request['stop'] === 'string' ? [request['stop']] : request['stop']);
  if (String(membersOf(request['response_format'])['type']).startsWith('json')) to.text('gen_ai.output.type', 'json');
  if (lm) writeLM(to, lm);
  to.content(() => writeContent(to, span));
}

function writeLM(to: Attributes, lm: SpanLM): void {
  to.text('gen_ai.provider.name', providerName(lm.provider));
  if (lm.streaming) to.flag('gen_ai.request.stream', true);
  to.text('gen_ai.response.id', lm.responseId);
  to.texts('gen_ai.response.finish_reasons', lm.finishReasons);
  to.number('gen_ai.usage.input_tokens', lm.tokens?.prompt);
  to.number('gen_ai.usage.output_tokens', lm.tokens?.completion);
  to.number('gen_ai.usage.cache_read.input_tokens', lm.tokens?.cached);
  to.number('gen_ai.usage.reasoning.output_tokens', lm.tokens?.reasoning);
  to.number('gen_ai.usage.cost', lm.cost);
  to.openInference(() => to.number('llm.cost.total', lm.cost));
  if (lm.cached) to.flag('ax.cached', true);
}

function writeContent(to: Attributes, span: SpanData): void {
  if (span.type !== 'CHAT_MODEL') {
    to.openInference(() => to.json('input.value', span.inputs).text('input.mime_type', 'application/json'));
    return;
  }
  to.json('gen_ai.input.messages', inputMessages(span.inputs));
  if (span.outputs !== null) to.json('gen_ai.output.messages', outputMessages(span.outputs));
  const tools = toolDefinitions(span.inputs);
  if (tools.length > 0) to.json('gen_ai.tool.definitions', tools);
}
