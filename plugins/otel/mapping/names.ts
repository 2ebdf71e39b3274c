import type { SpanType } from 'ax-autolog/sink';
import type { SpanKindName } from '../span.js';

/** Operation and kind of a span in the GenAI conventions and in OpenInference. */
interface Naming {
  /** `gen_ai.operation.name`; `null` if the conventions define none. */
  readonly operation: string | null;
  readonly kind: SpanKindName;
  /** `openinference.span.kind`. A predictor is a chain there, because `LLM` means the call of a model. */
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

/** Returns operation and kind of a type of span. */
export function namingOf(type: SpanType): Naming {
  return NAMING[type] ?? NAMING.CHAIN;
}

/** Returns `{operation} {target}`, which is how the conventions name spans. */
export function spanName(type: SpanType, target: string): string {
  const { operation } = namingOf(type);
  return operation === null ? target : `${operation} ${target}`.trim();
}
