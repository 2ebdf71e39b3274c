import { now } from '../clock.js';
import { exampleId } from '../content.js';
import { emit } from '../emit.js';
import type { CandidateData, EvaluationResult } from '../events.js';
import { localId } from '../ids.js';
import type { Place } from '../journals.js';
import { type SessionFrame, within } from '../session.js';
import { capturedInput, capturedOutput, settings } from '../settings.js';
import { toErrorData } from '../snapshot.js';
import { TokenTally } from './tokens.js';
import type { CompileTracker, EvaluationEnding, EvaluationTracker, ExampleResult, RunTracker } from './types.js';

/** What a trial or an evaluation does at its start and end with what this class collects. */
export interface EvaluationEvents {
  started(place: Place): void;
  ended(result: EvaluationResult, batch: readonly unknown[], place: Place, ending: EvaluationEnding): void;
}

/** A trial inside a compile, or an evaluation outside of one: collects example results and says how it ended, once. */
export class EvaluationState implements EvaluationTracker {
  readonly id: string;
  readonly tally = new TokenTally();
  readonly candidateId: string | null;
  ended = false;
  private readonly place: Place;
  private readonly frame: SessionFrame;
  private readonly startedAt = now();
  private readonly scores: (number | null)[] = [];
  private readonly seen: boolean[] = [];
  private readonly examples: unknown[] = [];
  private readonly objectives = new Map<string, { sum: number; count: number }>();
  private errors = 0;
  private firstFree = 0;

  constructor(
    readonly run: RunTracker,
    readonly compile: CompileTracker | null,
    readonly candidate: CandidateData | null,
    private readonly events: EvaluationEvents,
    role: SessionFrame['role'],
  ) {
    this.id = localId(compile ? 't' : 'e');
    this.candidateId = candidate?.id ?? null;
    this.frame = { run, compile, evaluation: this, role };
    this.place = Object.freeze({
      ...(compile ? { compileId: compile.compileId, trialId: this.id } : { evalId: this.id }),
      ...(candidate ? { candidateId: candidate.id } : {}),
    });
    this.events.started(this.place);
  }

  get recorded(): number {
    return this.examples.length;
  }

  within<T>(fn: () => T): T {
    return within(this.frame, fn);
  }

  example(result: ExampleResult): void {
    if (this.ended) return;
    const index = result.index ?? this.nextIndex();
    if (this.seen[index]) return;
    this.seen[index] = true;
    const score = typeof result.score === 'number' ? result.score : null;
    this.scores[index] = score;
    this.examples[index] = result.example;
    if (result.error !== undefined) this.errors += 1;
    for (const [name, value] of Object.entries(result.scores ?? {})) this.addObjective(name, value);
    const { redactor } = settings();
    emit(
      this.run.runId,
      'onExampleEnd',
      this.place,
      {
        index,
        exampleId: exampleId(result.example),
        example: capturedInput(result.example) as never,
        prediction: capturedOutput(result.prediction ?? null) as never,
        score,
        ...(result.scores ? { scores: result.scores } : {}),
        ...(result.feedback === undefined ? {} : { feedback: result.feedback }),
        ...(result.error === undefined ? {} : { error: toErrorData(result.error, redactor) }),
        durationMs: result.durationMs ?? null,
        ...(result.traceId === undefined ? {} : { traceId: result.traceId }),
      },
      result.derived ? { derived: result.derived } : {},
    );
  }

  end(ending: EvaluationEnding): void {
    if (this.ended) return;
    this.ended = true;
    const exampleScores = Array.from({ length: this.scores.length }, (_, i) => this.scores[i] ?? null);
    const scored = exampleScores.filter((score): score is number => score !== null);
    const mean = scored.length > 0 ? scored.reduce((sum, score) => sum + score, 0) / scored.length : null;
    const score = mean ?? ending.score ?? null;
    const scores = this.objectives.size > 0 ? this.objectiveMeans() : ending.scores;
    this.events.ended(
      {
        status: ending.status,
        score,
        ...(scores ? { scores } : {}),
        ...(ending.score !== undefined && ending.score !== score ? { reportedScore: ending.score } : {}),
        exampleScores,
        errors: this.errors,
        tokens: this.tally.totals(),
        durationMs: now() - this.startedAt,
        ...(ending.error === undefined ? {} : { error: toErrorData(ending.error, settings().redactor) }),
      },
      this.examples,
      this.place,
      ending,
    );
  }

  private nextIndex(): number {
    while (this.seen[this.firstFree]) this.firstFree += 1;
    return this.firstFree;
  }

  private addObjective(name: string, value: number): void {
    const objective = this.objectives.get(name) ?? { sum: 0, count: 0 };
    objective.sum += value;
    objective.count += 1;
    this.objectives.set(name, objective);
  }

  private objectiveMeans(): Record<string, number> {
    return Object.fromEntries([...this.objectives].map(([name, { sum, count }]) => [name, sum / count]));
  }
}
