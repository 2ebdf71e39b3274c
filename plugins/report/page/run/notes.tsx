import type { LoggedMetric, RunPage } from '../../data/types/index.js';
import { ErrorView } from '../parts/error-view.jsx';
import { count, score } from '../parts/format.js';
import { Section } from '../parts/section.jsx';
import { Inline, Text } from '../parts/text.jsx';

/** The run's error, problems of its journal, warnings and logged messages. */
export function Notes({ run }: { readonly run: RunPage }) {
  if (run.notes.length === 0 && run.error === null) return null;
  return (
    <Section
      id="notes"
      title="Messages and warnings"
      aside={run.notes.length > 0 && count(run.notes.length, 'entry').replace('entrys', 'entries')}
    >
      {run.error && <ErrorView error={run.error} />}
      <ul class="notes">
        {run.notes.map(({ kind, code, message, count: times }, index) => (
          <li key={index} class={`said said-${kind}`}>
            <span class="mono">{code ?? kind}</span>
            {times > 1 && <span class="muted"> × {times}</span>}
            <Text text={message} limit={600} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Metrics that the user logged: the last value, and the earlier ones as a line. */
export function LoggedMetrics({ metrics }: { readonly metrics: readonly LoggedMetric[] }) {
  if (metrics.length === 0) return null;
  return (
    <Section id="metrics" title="Logged metrics">
      <ul class="metrics">
        {metrics.map(({ key, points }) => (
          <li key={key}>
            <Inline text={key} />
            <Spark values={points.map(({ value }) => value)} />
            <data class="number" data-of="metric" value={String(points.at(-1)?.value ?? '')}>
              {score(points.at(-1)?.value)}
            </data>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** A line of values, without a scale. */
function Spark({ values }: { readonly values: readonly number[] }) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const at = (value: number, index: number): string => {
    const x = values.length > 1 ? (index / (values.length - 1)) * 116 + 2 : 60;
    const y = high > low ? 22 - ((value - low) / (high - low)) * 20 : 12;
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return (
    <svg class="spark" viewBox="0 0 120 24" aria-hidden="true">
      <polyline points={values.map(at).join(' ')} />
    </svg>
  );
}
