import { flatten, type Row } from 'ax-autolog/analysis';
import type { EventData } from 'ax-autolog/sink';

/** First columns of every `results.csv`; columns for fields of examples and predictions follow. */
export const RESULT_COLUMNS = ['index', 'exampleId', 'score', 'feedback', 'error', 'durationMs', 'traceId'];

/** Returns one example's result as a row, with columns `example.<field>`, `prediction.<field>` and `score.<objective>`. */
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

/** Compares two rows by their position in the dataset. */
export function byIndex(a: Row, b: Row): number {
  return Number(a.index) - Number(b.index);
}
