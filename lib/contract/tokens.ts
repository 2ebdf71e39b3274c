import type { Role, Tokens, TokensByRole } from './events.js';

type Counts = { -readonly [K in keyof Tokens]: Tokens[K] };

/** The counts of an LM call. */
export interface CountedCall {
  /** Missing if the provider reported none. */
  readonly tokens?: Omit<Tokens, 'calls' | 'cost'>;
  /** In US dollars. */
  readonly cost?: number;
}

/** Sums up LM calls by role. */
export class TokenTally {
  readonly #roles = new Map<Role, Counts>();

  add(role: Role, call: CountedCall): void {
    let counts = this.#roles.get(role);
    if (!counts) {
      counts = { calls: 0, prompt: 0, completion: 0, total: 0 };
      this.#roles.set(role, counts);
    }
    counts.calls += 1;
    const { tokens, cost } = call;
    if (tokens) {
      counts.prompt += countOf(tokens.prompt);
      counts.completion += countOf(tokens.completion);
      counts.total += countOf(tokens.total);
      if (tokens.cached !== undefined) counts.cached = (counts.cached ?? 0) + countOf(tokens.cached);
      if (tokens.reasoning !== undefined) counts.reasoning = (counts.reasoning ?? 0) + countOf(tokens.reasoning);
    }
    if (cost !== undefined) counts.cost = (counts.cost ?? 0) + countOf(cost);
  }

  /** Returns the sums so far. */
  totals(): TokensByRole {
    const totals: { [R in Role]?: Tokens } = {};
    for (const [role, counts] of this.#roles) totals[role] = { ...counts };
    return totals;
  }
}

/** Some providers report NaN or nothing. */
function countOf(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
