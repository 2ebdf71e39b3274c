import type { EventData, Tokens, TokensByRole } from '../../contract/events.js';
import { TokenTally } from '../../contract/tokens.js';
import type { Spent } from './types.js';
import { isObject, numberOf } from './values.js';

type Call = EventData['onLMCall'];

/** Adds up LM calls as events tell them. */
export class Spending {
  readonly #tally = new TokenTally();
  #byRole: TokensByRole | null = null;
  #spent: Spent = { calls: 0, tokens: 0, cost: null };

  /** Whether a call was counted. */
  get isEmpty(): boolean {
    return this.#spent.calls === 0;
  }

  add(call: Call): void {
    const { role, operation, provider, model } = call;
    const tokens = isObject(call.tokens) ? call.tokens : null;
    const cost = numberOf(call.cost);
    const input = { operation, provider, model, ...(tokens ? { tokens } : {}), ...(cost === null ? {} : { cost }) };
    this.#tally.add(typeof role === 'string' ? role : 'task', input);
    this.#byRole = null;
    const { calls, tokens: before, cost: paid } = this.#spent;
    this.#spent = {
      calls: calls + 1,
      tokens: before + (numberOf(tokens?.total) ?? 0),
      cost: cost === null ? paid : (paid ?? 0) + cost,
    };
  }

  /** By role, as it stands. */
  byRole(): TokensByRole {
    this.#byRole ??= this.#tally.totals();
    return this.#byRole;
  }

  /** Over all roles, as it stands. */
  spent(): Spent {
    return this.#spent;
  }
}

/** Token counts as an event tells them, by role. */
export function tokensOf(told: TokensByRole | null | undefined): TokensByRole {
  if (!isObject(told)) return {};
  return Object.fromEntries(
    Object.entries(told).flatMap(([role, counts]) => (isObject(counts) ? [[role, countsOf(counts)]] : [])),
  );
}

function countsOf(told: { readonly [name: string]: unknown }): Tokens {
  const { cached, reasoning, cost, ...rest } = Object.fromEntries(
    Object.entries(told).map(([name, value]) => [name, numberOf(value)]),
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
