import type { EvaluationResult, EventData, Status } from '../../contract/events.js';
import { Spending, tokensOf } from './spending.js';
import type { Evaluated, ExampleHistory, Spent } from './types.js';
import { jsonOf, listOf, numberOf, scoresOf, statusOf, textOf } from './values.js';

/** A position in a batch beyond this one is a damaged number. */
const MAX_BATCH = 1_000_000;

/** What is known of the end of a trial or evaluation. */
interface Ending {
  readonly status: Status;
  readonly time: number;
  readonly result: EvaluationResult;
  readonly spent: Spent;
}

/** The part of a trial or evaluation that comes of its examples, its LM calls and its end. */
export class EvaluatedDraft {
  readonly spending = new Spending();
  startTime: number;
  readonly #examples = new Map<number, ExampleHistory>();
  #sorted: readonly ExampleHistory[] | null = null;
  #ending: Ending | null = null;
  #common: Evaluated | null = null;

  /** @param time of the first event about it */
  constructor(time: number) {
    this.startTime = time;
  }

  started(time: number): void {
    this.startTime = time;
    this.#common = null;
  }

  example(data: EventData['onExampleEnd']): void {
    const example = exampleOf(data, this.#examples.size);
    this.#examples.set(example.index, example);
    this.#sorted = null;
    this.#common = null;
  }

  call(data: EventData['onLMCall']): void {
    this.spending.add(data);
    this.#common = null;
  }

  ended(result: EvaluationResult, time: number, spent: Spent): void {
    this.#ending = { status: statusOf(result.status), time, result, spent };
    this.#common = null;
  }

  /** @param now what the run has spent so far */
  view(now: Spent): Evaluated {
    const isCurrent = this.#common !== null && (this.#ending !== null || this.#common.spent === now);
    if (!isCurrent || this.#common === null) this.#common = this.#build(now);
    return this.#common;
  }

  #build(now: Spent): Evaluated {
    this.#sorted ??= [...this.#examples.values()].sort((a, b) => a.index - b.index);
    const ending = this.#ending;
    const result: Partial<EvaluationResult> = ending?.result ?? {};
    const scores = scoresOf(result.scores);
    const reported = numberOf(result.reportedScore);
    return {
      status: ending?.status ?? 'running',
      startTime: this.startTime,
      endTime: ending?.time ?? null,
      durationMs: numberOf(result.durationMs),
      score: numberOf(result.score),
      ...(scores ? { scores } : {}),
      ...(reported === null ? {} : { reportedScore: reported }),
      exampleScores: scoresIn(result.exampleScores, this.#sorted),
      errors: numberOf(result.errors) ?? this.#sorted.filter(({ error }) => error !== null).length,
      error: result.error ?? null,
      tokens: this.spending.isEmpty ? tokensOf(result.tokens) : this.spending.byRole(),
      examples: this.#sorted,
      spent: ending?.spent ?? now,
    };
  }
}

function exampleOf(data: EventData['onExampleEnd'], next: number): ExampleHistory {
  const index = numberOf(data.index);
  return {
    index: index !== null && Number.isInteger(index) && index >= 0 && index < MAX_BATCH ? index : next,
    exampleId: textOf(data.exampleId, ''),
    example: jsonOf(data.example),
    prediction: jsonOf(data.prediction),
    score: numberOf(data.score),
    scores: scoresOf(data.scores) ?? null,
    feedback: textOf(data.feedback, null),
    error: data.error ?? null,
    durationMs: numberOf(data.durationMs),
    traceId: textOf(data.traceId, null),
  };
}

/** As the end says; without one, as the examples say. */
function scoresIn(
  told: EvaluationResult['exampleScores'] | undefined,
  examples: readonly ExampleHistory[],
): readonly (number | null)[] {
  if (Array.isArray(told)) return listOf(told).map(numberOf);
  const last = examples.at(-1)?.index ?? -1;
  const scores: (number | null)[] = new Array(last + 1).fill(null);
  for (const { index, score } of examples) scores[index] = score;
  return scores;
}
