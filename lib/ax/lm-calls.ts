import type { LMCallInput } from '../tracker/types.js';
import { tracker } from '../tracker.js';
import { modelOf, providerOf } from './lm-settings.js';
import { safely } from './safely.js';
import { ask, read } from './types.js';

/** One finished call of an AI service. */
export interface FinishedCall {
  readonly operation: string;
  readonly service: unknown;
  readonly request: unknown;
  /** The response, or the last chunk of a stream that reported usage. */
  readonly response: unknown;
  readonly failed: boolean;
  readonly error: unknown;
  readonly durationMs: number;
}

/** Tells the tracker about a call, in the session frame it was made in. */
export function reportCall(call: FinishedCall): void {
  safely(() => {
    const usage = read(call.response, 'modelUsage');
    const tokens = tokensOf(read(usage, 'tokens'));
    const cost = tokens && ask(call.service, 'getEstimatedCost', usage);
    tracker.lmCall({
      operation: call.operation,
      provider: text(read(usage, 'ai')) ?? providerOf(call.service),
      model: text(read(usage, 'model')) ?? text(read(call.request, 'model')) ?? modelOf(call.service),
      durationMs: call.durationMs,
      ...(tokens ? { tokens } : {}),
      ...(typeof cost === 'number' && cost > 0 ? { cost } : {}),
      ...(call.failed ? { error: call.error } : {}),
    });
  });
}

/** ax's `AxTokenUsage` as token counts. */
function tokensOf(usage: unknown): LMCallInput['tokens'] {
  const prompt = count(read(usage, 'promptTokens'));
  const completion = count(read(usage, 'completionTokens'));
  const total = count(read(usage, 'totalTokens'));
  if (prompt === undefined && completion === undefined && total === undefined) return undefined;
  const cached = count(read(usage, 'cacheReadTokens'));
  const reasoning = count(read(usage, 'reasoningTokens')) ?? count(read(usage, 'thoughtsTokens'));
  return {
    prompt: prompt ?? 0,
    completion: completion ?? 0,
    total: total ?? (prompt ?? 0) + (completion ?? 0),
    ...(cached === undefined ? {} : { cached }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
