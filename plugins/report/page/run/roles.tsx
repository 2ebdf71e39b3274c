import type { Role, Tokens, TokensByRole } from 'ax-autolog/analysis';
import { type Heading, Headings } from '../parts/headings.jsx';
import { NumberCell } from '../parts/value.jsx';

const HEADINGS: readonly Heading[] = [
  { name: 'Role' },
  { name: 'Calls', isNumber: true },
  { name: 'Prompt', isNumber: true },
  { name: 'Completion', isNumber: true },
  { name: 'Tokens', isNumber: true },
  { name: 'Cost', isNumber: true },
];

type Row = readonly [Role, Tokens];

/** Tokens and cost by the role that the LM was called for. */
export function Roles({ tokens }: { readonly tokens: TokensByRole }) {
  const rows = (Object.entries(tokens) as [Role, Tokens][]).filter(([, { calls }]) => calls > 0);
  if (rows.length === 0) return null;
  return (
    <div class="roles">
      <RoleBar rows={rows} />
      <table class="plain">
        <Headings headings={HEADINGS} />
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

/** Each role's share of all tokens. */
function RoleBar({ rows }: { readonly rows: readonly Row[] }) {
  const all = rows.reduce((sum, [, { total }]) => sum + total, 0);
  return (
    <div class="role-bar" aria-hidden="true">
      {rows.map(([role, { total }]) => (
        <span key={role} class={`role-${role}`} style={{ flexGrow: String(all > 0 ? total / all : 0) }} />
      ))}
    </div>
  );
}
