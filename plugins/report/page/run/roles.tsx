import type { Role, Tokens, TokensByRole } from '../../../../lib/contract/events.js';
import { NumberCell } from '../parts/value.jsx';

/** Tokens and cost by whom the LM was asked for. */
export function Roles({ tokens }: { readonly tokens: TokensByRole }) {
  const rows = (Object.entries(tokens) as [Role, Tokens][]).filter(([, { calls }]) => calls > 0);
  const all = rows.reduce((sum, [, { total }]) => sum + total, 0);
  if (rows.length === 0) return null;
  return (
    <div class="roles">
      <div class="role-bar" aria-hidden="true">
        {rows.map(([role, { total }]) => (
          <span key={role} class={`role-${role}`} style={{ flexGrow: String(all > 0 ? total / all : 0) }} />
        ))}
      </div>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Role</th>
            <th scope="col" class="right">
              Calls
            </th>
            <th scope="col" class="right">
              Prompt
            </th>
            <th scope="col" class="right">
              Completion
            </th>
            <th scope="col" class="right">
              Tokens
            </th>
            <th scope="col" class="right">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([role, { calls, prompt, completion, total, cost }]) => (
            <tr key={role} data-role={role}>
              <th scope="row">
                <span class={`dot role-${role}`} aria-hidden="true" />
                {role}
              </th>
              <NumberCell of="role-calls" value={calls} as="whole" />
              <NumberCell of="role-prompt" value={prompt} as="short" />
              <NumberCell of="role-completion" value={completion} as="short" />
              <NumberCell of="role-tokens" value={total} as="short" />
              <NumberCell of="role-cost" value={cost} as="dollars" />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
