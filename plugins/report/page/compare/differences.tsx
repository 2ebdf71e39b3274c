import { useMemo } from 'preact/hooks';
import { Inline } from '../parts/text.jsx';
import { settingsThatDiffer } from './differing-settings.js';
import type { Entrant } from './entrants.js';

/** The settings that are not the same in all compiles, as a table. */
export function Differences({ entrants }: { readonly entrants: readonly Entrant[] }) {
  const rows = useMemo(() => settingsThatDiffer(entrants), [entrants]);
  if (rows.length === 0) return <p class="muted">All settings that were recorded are the same.</p>;
  return (
    <div class="table-place">
      <table class="plain differences">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            {entrants.map(({ name, run, compile }) => (
              <th scope="col" key={`${run.runId} ${compile.id}`}>
                <Inline text={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, values }) => (
            <tr key={key} data-setting={key}>
              <th scope="row">
                <Inline text={key} />
              </th>
              {values.map((value, index) => (
                <td key={entrants[index]?.compile.id}>
                  {value === null ? <span class="muted">–</span> : <Inline text={value} class="mono" />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
