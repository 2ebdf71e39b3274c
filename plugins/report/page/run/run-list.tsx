import type { ListData, ListedRun } from '../../data/types/index.js';
import { linkTo } from '../load/token.js';
import { duration, moment } from '../parts/format.js';
import { type Heading, Headings } from '../parts/headings.jsx';
import { StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';

const HEADINGS: readonly Heading[] = [
  { name: 'Name' },
  { name: 'Kind' },
  { name: 'Status' },
  { name: 'Started' },
  { name: 'Time', isNumber: true },
  { name: 'Run' },
];

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
          <Headings headings={HEADINGS} />
          <tbody>
            {data.runs.map((run) => (
              <Row key={run.runId} run={run} />
            ))}
          </tbody>
        </table>
      )}
    </main>
  );
}

function Row({ run }: { readonly run: ListedRun }) {
  const { runId, name, kind, status, startTime, endTime, lastTime } = run;
  return (
    <tr data-run={runId}>
      <td>
        <a href={linkTo(`/runs/${encodeURIComponent(runId)}`)}>
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
  );
}
