import { Columns } from '../../analysis/format/columns.js';
import { flatten, type Row } from '../../analysis/format/csv.js';
import type { ExampleHistory, RunHistory, TrialHistory } from '../../analysis/history/types.js';
import type { ErrorData, EventData, Json } from '../../contract/events.js';
import { readRun } from '../../journal/reader.js';
import { spentIn } from '../run-row.js';

/** Builders of the tables that a run can be exported as, by name. */
export const TABLES: Readonly<Record<string, (run: RunHistory) => Table>> = {
  trials,
  examples,
  candidates,
  evaluations,
  lm_calls: lmCalls,
};

// biome-ignore format: one line for each thing that the columns are about
const TRIAL_COLUMNS = columnsOf(
  'runId', 'compileId', 'trialId', 'index:count', 'name', 'key', 'step:count', 'scope', 'phase', 'n:count', 'of:count',
  'candidateId', 'status', 'score:number', 'reportedScore:number', 'errors:count', 'isBest:boolean',
  'accepted:boolean', 'reason', 'startTime:number', 'endTime:number', 'durationMs:number',
  'calls:count', 'tokens:count', 'cost:number', 'spentCalls:count', 'spentTokens:count', 'spentCost:number', 'error',
);

function trials(run: RunHistory): Table {
  const rows = run.trials.map((trial): Row => {
    const { compileId, trialId, index, name, key, step, scope, phase, n, of, candidateId } = trial;
    const identity = { runId: run.runId, compileId, trialId, index, name, key, step, scope, phase, n, of, candidateId };
    const { isBest, decision, spent } = trial;
    return {
      ...identity,
      ...resultOf(trial),
      isBest,
      accepted: decision?.accepted,
      reason: decision?.reason,
      spentCalls: spent.calls,
      spentTokens: spent.tokens,
      spentCost: spent.cost,
      ...flatten('score', trial.scores),
    };
  });
  return tableOf('trials', TRIAL_COLUMNS, rows);
}

// biome-ignore format: one line for each thing that the columns are about
const EVALUATION_COLUMNS = columnsOf(
  'runId', 'evalId', 'index:count', 'name', 'key', 'step:count', 'evaluator', 'n:count', 'candidateId',
  'status', 'score:number', 'reportedScore:number', 'errors:count', 'startTime:number', 'endTime:number',
  'durationMs:number', 'calls:count', 'tokens:count', 'cost:number', 'error',
);

function evaluations(run: RunHistory): Table {
  const rows = run.evaluations.map((evaluation): Row => {
    const { evalId, index, name, key, step, evaluator, n, candidate } = evaluation;
    const identity = { runId: run.runId, evalId, index, name, key, step, evaluator, n, candidateId: candidate?.id };
    return { ...identity, ...resultOf(evaluation), ...flatten('score', evaluation.scores) };
  });
  return tableOf('evaluations', EVALUATION_COLUMNS, rows);
}

function resultOf(evaluated: TrialHistory | RunHistory['evaluations'][number]): Row {
  const { status, score, reportedScore, errors, startTime, endTime, durationMs, error } = evaluated;
  const { calls, tokens, cost } = spentIn(evaluated.tokens);
  const times = { startTime, endTime, durationMs };
  return { status, score, reportedScore, errors, ...times, calls, tokens, cost, error: errorText(error) };
}

// biome-ignore format: one line for each thing that the columns are about
const EXAMPLE_COLUMNS = columnsOf(
  'runId', 'compileId', 'trialId', 'evalId', 'trial', 'candidateId', 'index:count', 'exampleId',
  'score:number', 'feedback', 'error', 'durationMs:number', 'traceId',
);

function examples(run: RunHistory): Table {
  const { runId } = run;
  const ofTrials = run.trials.flatMap(({ compileId, trialId, name, index, candidateId, examples: list }) => {
    const place = { runId, compileId, trialId, trial: name ?? String(index), candidateId };
    return list.map((example) => exampleRow(place, example));
  });
  const ofEvaluations = run.evaluations.flatMap(({ evalId, name, candidate, examples: list }) => {
    const place = { runId, evalId, trial: name, candidateId: candidate?.id };
    return list.map((example) => exampleRow(place, example));
  });
  return tableOf('examples', EXAMPLE_COLUMNS, [...ofTrials, ...ofEvaluations]);
}

function exampleRow(place: Row, example: ExampleHistory): Row {
  const { index, exampleId, score, feedback, error, durationMs, traceId } = example;
  return {
    ...place,
    ...{ index, exampleId, score, feedback, error: errorText(error), durationMs, traceId },
    ...flatten('score', example.scores ?? undefined),
    ...flatten('example', example.example),
    ...flatten('prediction', example.prediction),
  };
}

// biome-ignore format: one line for each thing that the columns are about
const CANDIDATE_COLUMNS = columnsOf(
  'runId', 'compileId', 'candidateId', 'by', 'parents:json', 'changed:json', 'accepted:boolean', 'reason', 'decidedBy',
  'time:number', 'trials:count', 'fullScore:number', 'isWinner:boolean', 'demos:json', 'modelConfig:json',
);

function candidates(run: RunHistory): Table {
  const full = new Map(
    run.trials.flatMap(({ candidateId, scope, score, status }) =>
      scope === 'full' && status === 'finished' && score !== null ? [[candidateId, score] as const] : [],
    ),
  );
  const rows = run.compiles.flatMap(({ compileId, best, candidates: histories }) =>
    histories.map(({ candidate, by, changed, decision, time, trialIds }): Row => {
      const { id, parents, demos, modelConfig, texts } = candidate;
      return {
        ...{ runId: run.runId, compileId, candidateId: id, by, parents, changed },
        ...{ accepted: decision?.accepted, reason: decision?.reason, decidedBy: decision?.trialId, time },
        ...{
          trials: trialIds.length,
          fullScore: full.get(id),
          isWinner: id === best?.candidate.id,
          demos,
          modelConfig,
        },
        ...flatten('text', texts),
      };
    }),
  );
  return tableOf('candidates', CANDIDATE_COLUMNS, rows);
}

// biome-ignore format: one line for each thing that the columns are about
const CALL_COLUMNS = columnsOf(
  'runId', 'compileId', 'trialId', 'evalId', 'candidateId', 'time:number', 'role', 'operation', 'provider', 'model',
  'prompt:count', 'completion:count', 'total:count', 'cachedTokens:count', 'reasoningTokens:count', 'cost:number',
  'cached:boolean', 'durationMs:number', 'error',
);

/** Reads the calls from the journal: a history only has their sums. */
function lmCalls(run: RunHistory): Table {
  const rows: Row[] = [];
  for (const event of readRun(run.runDir, { without: ['onTraceEnd', 'onExampleEnd'], blobs: false })) {
    if (event.type !== 'onLMCall') continue;
    const { runId, compileId, trialId, evalId, candidateId, time } = event;
    rows.push({ runId, compileId, trialId, evalId, candidateId, time, ...callRow(event.data) });
  }
  return tableOf('lm_calls', CALL_COLUMNS, rows);
}

function callRow(data: EventData['onLMCall']): Row {
  const { role, operation, provider, model, tokens, cost, cached, durationMs, error } = data;
  const { prompt, completion, total, cached: cachedTokens, reasoning: reasoningTokens } = tokens ?? {};
  const counts = { prompt, completion, total, cachedTokens, reasoningTokens };
  return { role, operation, provider, model, ...counts, cost, cached, durationMs, error: errorText(error ?? null) };
}

function errorText(error: ErrorData | null): string | null {
  return error && `${error.name}: ${error.message}`;
}

/** Type of a column's values. Values of any type may be missing. */
export type ColumnType = 'text' | 'number' | 'count' | 'boolean' | 'json';

/** One column of a table. */
export interface Column {
  /** Name of the column, and of the member of each row. */
  readonly name: string;
  /** Type of its values. */
  readonly type: ColumnType;
}

/** A table to export. */
export interface Table {
  /** Name of the table, and of its file. */
  readonly name: string;
  /** Columns, in order. */
  readonly columns: readonly Column[];
  /** Rows, in order. */
  readonly rows: readonly Row[];
}

/** Parses column specifications: `name` (a text), `name:number`, `name:count`, `name:boolean` or `name:json`. */
export function columnsOf(...specifications: readonly string[]): Column[] {
  return specifications.map((specification) => {
    const [name = '', type = 'text'] = specification.split(':');
    return { name, type: type as ColumnType };
  });
}

/**
 * Builds a table. Members of rows that are not among the known columns, which differ between runs, get columns after
 * them.
 */
function tableOf(name: string, known: readonly Column[], rows: readonly Row[]): Table {
  const all = new Columns(known.map((column) => column.name));
  const fitted = rows.map((row): Row => Object.fromEntries(all.fit(Object.entries(row))));
  const first = (column: string): unknown => fitted.find((row) => Object.hasOwn(row, column))?.[column];
  const isScore = (column: string): boolean => column.startsWith('score.') && typeof first(column) === 'number';
  const further = all.names.slice(known.length).map((column): Column => {
    return { name: column, type: isScore(column) ? 'number' : 'json' };
  });
  return { name, columns: [...known, ...further], rows: fitted };
}

/** Returns a string unchanged and any other value as JSON; `null` for `null` and `undefined`. */
export function asText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
