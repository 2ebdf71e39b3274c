import { flatten, type Row } from 'ax-autolog/analysis';
import type { EventData } from 'ax-autolog/sink';

/** Columns every `results.csv` has; those of the example's and the prediction's fields follow. */
export const RESULT_COLUMNS = ['index', 'exampleId', 'score', 'feedback', 'error', 'durationMs', 'traceId'];

/** One example's result as a row: `example.<field>`, `prediction.<field>`, `score.<objective>` are columns of their own. */
export function resultRow(data: EventData['onExampleEnd']): Row {
  const { index, exampleId, score, feedback, error, durationMs, traceId } = data;
  return {
    index,
    exampleId,
    score,
    feedback,
    error: error && `${error.name}: ${error.message}`,
    durationMs,
    traceId,
    ...flatten('score', data.scores ?? {}),
    ...flatten('example', data.example),
    ...flatten('prediction', data.prediction),
  };
}

/** In order of the batch. */
export function byIndex(a: Row, b: Row): number {
  return Number(a.index) - Number(b.index);
}
