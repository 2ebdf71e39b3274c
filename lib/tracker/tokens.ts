import type { Role, Tokens, TokensByRole } from '../events.js';
import type { LMCallInput } from './types.js';

type Counts = { -readonly [K in keyof Tokens]: Tokens[K] };

/** Adds up LM calls by role. */
export class TokenTally {
  private readonly roles = new Map<Role, Counts>();

  add(role: Role, call: LMCallInput): void {
    let counts = this.roles.get(role);
    if (!counts) {
      counts = { calls: 0, prompt: 0, completion: 0, total: 0 };
      this.roles.set(role, counts);
    }
    counts.calls += 1;
    const { tokens, cost } = call;
    if (tokens) {
      counts.prompt += tokens.prompt;
      counts.completion += tokens.completion;
      counts.total += tokens.total;
      if (tokens.cached !== undefined) counts.cached = (counts.cached ?? 0) + tokens.cached;
      if (tokens.reasoning !== undefined) counts.reasoning = (counts.reasoning ?? 0) + tokens.reasoning;
    }
    if (cost !== undefined) counts.cost = (counts.cost ?? 0) + cost;
  }

  /** The sums so far. */
  totals(): TokensByRole {
    const totals: { [R in Role]?: Tokens } = {};
    for (const [role, counts] of this.roles) totals[role] = { ...counts };
    return totals;
  }
}
