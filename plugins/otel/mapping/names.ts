import type { SpanType } from 'ax-autolog/sink';
import type { SpanKindName } from '../span.js';

/** What a span is called, and which operation of the GenAI conventions it is. */
interface Naming {
  /** `gen_ai.operation.name`; `null` where the conventions have none for it. */
  readonly operation: string | null;
  readonly kind: SpanKindName;
  /** `openinference.span.kind`. A predictor is a chain there: `LLM` is the call of a model. */
  readonly openInference: string;
}

const NAMING: { readonly [T in SpanType]: Naming } = {
  CHAIN: { operation: 'invoke_workflow', kind: 'internal', openInference: 'CHAIN' },
  AGENT: { operation: 'invoke_agent', kind: 'internal', openInference: 'AGENT' },
  LLM: { operation: 'invoke_workflow', kind: 'internal', openInference: 'CHAIN' },
  CHAT_MODEL: { operation: 'chat', kind: 'client', openInference: 'LLM' },
  EMBEDDING: { operation: 'embeddings', kind: 'client', openInference: 'EMBEDDING' },
  TOOL: { operation: 'execute_tool', kind: 'internal', openInference: 'TOOL' },
  PARSER: { operation: null, kind: 'internal', openInference: 'CHAIN' },
  RETRIEVER: { operation: 'retrieval', kind: 'internal', openInference: 'RETRIEVER' },
};

/** How a span of this type is named. */
export function namingOf(type: SpanType): Naming {
  return NAMING[type] ?? NAMING.CHAIN;
}

/** `{operation} {what}`, as the conventions name spans. */
export function spanName(type: SpanType, what: string): string {
  const { operation } = namingOf(type);
  return operation === null ? what : `${operation} ${what}`.trim();
}
