import type { EvaluationResult, EventData, Status } from '../../contract/events.js';
import { Spending, tokensOf } from './spending.js';
import type { Evaluated, ExampleHistory, Spent } from './types.js';
import { jsonOf, listOf, numberOf, scoresOf, statusOf, textOf } from './values.js';

/** A larger position in a batch can only come from a damaged line. */
const MAX_BATCH = 1_000_000;

interface Ending {
  readonly status: Status;
  readonly time: number;
  readonly result: EvaluationResult;
  readonly spent: Spent;
}

/** Builds the part that trials and evaluations share: examples, LM calls and result. */
export class EvaluatedDraft {
  readonly spending = new Spending();
  startTime: number;
  readonly #examples = new Map<number, ExampleHistory>();
  #sorted: readonly ExampleHistory[] | null = null;
  #ending: Ending | null = null;
  #view: Evaluated | null = null;

  /** @param time time of its first event, in milliseconds since the Unix epoch */
  constructor(time: number) {
    this.startTime = time;
  }

  /** Records its start. */
  started(time: number): void {
    this.startTime = time;
    this.#view = null;
  }

  /** Adds the result of an example. */
  example(data: EventData['onExampleEnd']): void {
    const example = exampleOf(data, this.#examples.size);
    this.#examples.set(example.index, example);
    this.#sorted = null;
    this.#view = null;
  }

  /** Counts an LM call. */
  call(data: EventData['onLMCall']): void {
    this.spending.add(data);
    this.#view = null;
  }

  /**
   * Records its end.
   *
   * @param spent sum of the run's LM calls at that time
   */
  ended(result: EvaluationResult, time: number, spent: Spent): void {
    this.#ending = { status: statusOf(result.status), time, result, spent };
    this.#view = null;
  }

  /**
   * Returns the history so far; the same object until an event changes it.
   *
   * @param now sum of the run's LM calls so far
   */
  view(now: Spent): Evaluated {
    const isCurrent = this.#view !== null && (this.#ending !== null || this.#view.spent === now);
    if (!isCurrent || this.#view === null) this.#view = this.#build(now);
    return this.#view;
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

/** Returns the scores that the end reports; before the end, or if its list was lost, those of the examples. */
function scoresIn(
  reported: EvaluationResult['exampleScores'] | undefined,
  examples: readonly ExampleHistory[],
): readonly (number | null)[] {
  if (listOf(reported).length > 0) return listOf(reported).map(numberOf);
  const last = examples.at(-1)?.index ?? -1;
  const scores: (number | null)[] = new Array(last + 1).fill(null);
  for (const { index, score } of examples) scores[index] = score;
  return scores;
}
