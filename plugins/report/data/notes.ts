import type { RunHistory } from 'ax-autolog/analysis';
import type { LoggedMetric, NotePage } from './types/index.js';

/** Returns the journal's problems, the warnings and the user's messages. */
export function notes({ problems, warnings, logs }: RunHistory): NotePage[] {
  const messages = logs.flatMap(({ data }) => (data.kind === 'message' ? [data.message] : []));
  return [
    ...problems.map(({ code, message }): NotePage => ({ kind: 'problem', code, message, count: 1 })),
    ...warnings.map(({ code, message, count }): NotePage => ({ kind: 'warning', code, message, count })),
    ...messages.map((message): NotePage => ({ kind: 'message', code: null, message, count: 1 })),
  ];
}

/** Returns the metrics that the user logged, by key in order of first appearance. */
export function loggedMetrics({ logs }: RunHistory): LoggedMetric[] {
  const points = new Map<string, LoggedMetric['points'][number][]>();
  for (const { time, data } of logs) {
    if (data.kind !== 'metric') continue;
    const known = points.get(data.key) ?? [];
    known.push({ step: data.step, value: data.value, time });
    points.set(data.key, known);
  }
  return [...points].map(([key, all]) => ({ key, points: all }));
}
