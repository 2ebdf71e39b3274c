import { costOf } from '../../../track/traces/prices.js';
import type { LMCallInput } from '../../../track/types.js';
import { asText, safeCall, safeGet } from '../../observe/inspect.js';
import type { Outcome } from '../../observe/outcome.js';
import { modelOfCall, providerOf } from './lm-settings.js';

/** A finished call of an AI service. */
export interface FinishedCall {
  readonly operation: string;
  readonly service: unknown;
  readonly request: unknown;
  /** The response, or the last chunk of a stream that reported usage. */
  readonly response: unknown;
  /** `performance.now()` at the start of the call. */
  readonly started: number;
  readonly outcome: Outcome;
}

/** The recorded fields of a finished call. */
export interface ModelCall extends LMCallInput {
  readonly failed: boolean;
  /** True if its stream was cancelled or abandoned before its end. */
  readonly cancelled: boolean;
}

/** Reads a finished call: model, tokens, and cost (by the user's prices, or else ax's own estimate). */
export function readCall(call: FinishedCall): ModelCall {
  const { failed, cancelled = false, error } = call.outcome;
  const usage = safeGet(call.response, 'modelUsage');
  const tokens = tokensOf(safeGet(usage, 'tokens'));
  const requested = safeGet(call.request, call.operation === 'embed' ? 'embedModel' : 'model');
  const model = asText(safeGet(usage, 'model')) ?? asText(requested) ?? modelOfCall(call.service, call.operation);
  const cost = tokens && (costOf(model, tokens) ?? estimateOf(call.service, usage));
  return {
    operation: call.operation,
    provider: asText(safeGet(usage, 'ai')) ?? providerOf(call.service),
    model,
    durationMs: performance.now() - call.started,
    failed,
    cancelled,
    ...(tokens ? { tokens } : {}),
    ...(cost === undefined ? {} : { cost }),
    ...(failed ? { error } : {}),
  };
}

function estimateOf(service: unknown, usage: unknown): number | undefined {
  const estimate = safeCall(service, 'getEstimatedCost', usage);
  return typeof estimate === 'number' && estimate > 0 ? estimate : undefined;
}

/**
 * Converts ax's `AxTokenUsage`. For every provider, `promptTokens` exclude the tokens read from or written to a cache, and
 * `completionTokens` exclude Gemini's `thoughtsTokens` but include `reasoningTokens`.
 */
function tokensOf(usage: unknown): LMCallInput['tokens'] {
  const prompt = count(safeGet(usage, 'promptTokens'));
  const completion = count(safeGet(usage, 'completionTokens'));
  const total = count(safeGet(usage, 'totalTokens'));
  if (prompt === undefined && completion === undefined && total === undefined) return undefined;
  const cached = count(safeGet(usage, 'cacheReadTokens'));
  const thoughts = count(safeGet(usage, 'thoughtsTokens'));
  const reasoning = count(safeGet(usage, 'reasoningTokens')) ?? thoughts;
  const input = (prompt ?? 0) + (cached ?? 0) + (count(safeGet(usage, 'cacheCreationTokens')) ?? 0);
  const output = (completion ?? 0) + (thoughts ?? 0);
  return {
    prompt: input,
    completion: output,
    total: total ?? input + output,
    ...(cached === undefined ? {} : { cached }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
