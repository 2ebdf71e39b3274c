import type { ListData } from '../../data/types.js';
import { duration, moment } from '../parts/format.js';
import { StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';

/** The runs of a folder, the latest first. */
export function RunList({ data }: { readonly data: ListData }) {
  return (
    <main class="page" id="main">
      <h1 class="list-title">
        Runs <Inline text={data.folder} class="muted" />
      </h1>
      {data.runs.length === 0 ? (
        <p class="muted">No run yet. This page shows the first one as soon as it begins.</p>
      ) : (
        <table class="runs">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Kind</th>
              <th scope="col">Status</th>
              <th scope="col">Started</th>
              <th scope="col" class="right">
                Time
              </th>
              <th scope="col">Run</th>
            </tr>
          </thead>
          <tbody>
            {data.runs.map(({ runId, name, kind, status, startTime, endTime, lastTime }) => (
              <tr key={runId} data-run={runId}>
                <td>
                  <a href={`/runs/${encodeURIComponent(runId)}`}>
                    <Inline text={name} />
                  </a>
                </td>
                <td class="muted">{kind}</td>
                <td>
                  <StatusMark status={status} />
                </td>
                <td>{moment(startTime)}</td>
                <td class="right number">{duration((endTime ?? lastTime) - startTime)}</td>
                <td class="mono muted">
                  <Inline text={runId} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}
