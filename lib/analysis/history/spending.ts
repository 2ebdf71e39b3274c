import type { EventData, Tokens, TokensByRole } from '../../contract/events.js';
import { TokenTally } from '../../contract/tokens.js';
import type { Spent } from './types.js';
import { isObject, numberOf } from './values.js';

type Call = EventData['onLMCall'];

/** Adds up LM calls. */
export class Spending {
  readonly #tally = new TokenTally();
  #byRole: TokensByRole | null = null;
  #spent: Spent = { calls: 0, tokens: 0, cost: null };

  /** Whether no call was added yet. */
  get isEmpty(): boolean {
    return this.#spent.calls === 0;
  }

  /** Adds a call. A call without a role counts as `task`. */
  add(call: Call): void {
    const { role, operation, provider, model } = call;
    const tokens = isObject(call.tokens) ? call.tokens : null;
    const cost = numberOf(call.cost);
    const input = { operation, provider, model, ...(tokens ? { tokens } : {}), ...(cost === null ? {} : { cost }) };
    this.#tally.add(typeof role === 'string' ? role : 'task', input);
    this.#byRole = null;
    const { calls, tokens: tokensBefore, cost: costBefore } = this.#spent;
    this.#spent = {
      calls: calls + 1,
      tokens: tokensBefore + (numberOf(tokens?.total) ?? 0),
      cost: cost === null ? costBefore : (costBefore ?? 0) + cost,
    };
  }

  /** Returns the tokens so far, by role. */
  byRole(): TokensByRole {
    this.#byRole ??= this.#tally.totals();
    return this.#byRole;
  }

  /** Returns the sum so far over all roles; a new object after each call. */
  spent(): Spent {
    return this.#spent;
  }
}

/** Returns the token counts of an event, by role. Values that are no finite numbers count as 0. */
export function tokensOf(recorded: TokensByRole | null | undefined): TokensByRole {
  if (!isObject(recorded)) return {};
  return Object.fromEntries(
    Object.entries(recorded).flatMap(([role, counts]) => (isObject(counts) ? [[role, countsOf(counts)]] : [])),
  );
}

function countsOf(recorded: { readonly [name: string]: unknown }): Tokens {
  const { cached, reasoning, cost, ...rest } = Object.fromEntries(
    Object.entries(recorded).map(([name, value]) => [name, numberOf(value)]),
  );
  return {
    calls: rest.calls ?? 0,
    prompt: rest.prompt ?? 0,
    completion: rest.completion ?? 0,
    total: rest.total ?? 0,
    ...(typeof cached === 'number' ? { cached } : {}),
    ...(typeof reasoning === 'number' ? { reasoning } : {}),
    ...(typeof cost === 'number' ? { cost } : {}),
  };
}
