import { equations, lastNumber } from '../../gsm8k/arithmetic.js';
import type { Habit } from './advice.js';

/** One row of the evidence in a reflection prompt. */
export interface EvidenceRow {
  readonly input: Readonly<Record<string, unknown>>;
  readonly prediction: Readonly<Record<string, unknown>>;
  readonly score: number;
}

const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** Parses the JSON array of `{input, prediction, score}` in a prompt of ax's GEPA. Any other text has no rows. */
export function readEvidence(json: string): EvidenceRow[] {
  try {
    const rows: unknown = JSON.parse(json);
    if (!Array.isArray(rows)) return [];
    return rows.flatMap((row: unknown) => {
      if (typeof row !== 'object' || row === null) return [];
      const { input, prediction, score } = row as Record<string, unknown>;
      const record = (v: unknown) => (typeof v === 'object' && v !== null ? (v as Record<string, unknown>) : {});
      return [{ input: record(input), prediction: record(prediction), score: Number(score) || 0 }];
    });
  } catch {
    return [];
  }
}

/** Returns the habit that was missing in a row, judged by the row alone; `undefined` for a success. */
export function diagnose(row: EvidenceRow): Habit | undefined {
  if (row.score >= 1) return undefined;
  const [answer, gold] = [text(row.prediction['answer']).trim(), text(row.input['answer'])];
  const [reasoning, rationale] = [text(row.prediction['reasoning']), text(row.input['rationale'])];
  const steps = equations(reasoning);
  if (gold !== '' && lastNumber(answer) === Number(gold)) return 'format';
  if (steps.some((s) => !s.correct)) return 'verify';
  if (/as they are|as given/i.test(reasoning)) return 'units';
  if (steps.some((s) => String(s.result) === gold)) return 'asked';
  if (rationale !== '' && steps.length < equations(rationale).length) return 'steps';
  return 'quantities';
}

/**
 * Returns the habits that were missing, most frequent first. Equally frequent ones are in order of first appearance.
 */
export function habitsNeeded(rows: readonly EvidenceRow[]): Habit[] {
  const count = new Map<Habit, number>();
  for (const row of rows) {
    const habit = diagnose(row);
    if (habit !== undefined) count.set(habit, (count.get(habit) ?? 0) + 1);
  }
  return [...count.entries()].sort((a, b) => b[1] - a[1]).map(([habit]) => habit);
}
