import type { EvaluationResult, JsonObject, LMData } from '../contract/events.js';
import { emit } from '../record/emit.js';
import { Candidates } from './candidates.js';
import { currentFrame } from './context.js';
import { describeDataset } from './datasets.js';
import { type EvaluationOwner, EvaluationState } from './evaluation.js';
import type { RunState } from './run.js';
import type { EvaluationEnding, EvaluationInput } from './types.js';

/**
 * Opens an evaluation outside every compile.
 *
 * @param ownsRun whether the run ends with the evaluation
 */
export function startStandaloneEvaluation(run: RunState, ownsRun: boolean, input: EvaluationInput): EvaluationState {
  const candidate = input.candidate ? new Candidates().identify(input.candidate) : null;
  const owner = new StandaloneOwner(run, ownsRun, input);
  const evaluation = new EvaluationState({ run, compile: null, candidate, owner, role: currentFrame().role });
  owner.start(evaluation);
  emit(
    run.runId,
    'onEvalStart',
    {
      name: owner.name,
      key: owner.key,
      step: owner.step,
      index: run.nextEvaluation(),
      evaluator: input.evaluator ?? 'Evaluate',
      hyperparameters: (input.hyperparameters ?? {}) as JsonObject,
      options: (input.options ?? {}) as JsonObject,
      lms: (input.lms ?? []) as readonly LMData[],
      devset: input.batch ? describeDataset(input.batch) : null,
      candidate,
      metric: input.metric ?? null,
    },
    { place: evaluation.place, durable: true, derived: input.derived },
  );
  return evaluation;
}

class StandaloneOwner implements EvaluationOwner {
  readonly key: string;
  readonly step: number;
  readonly name: string;
  #child: { abandon(): void } | null = null;

  readonly #run: RunState;
  readonly #ownsRun: boolean;
  readonly #input: EvaluationInput;

  constructor(run: RunState, ownsRun: boolean, input: EvaluationInput) {
    this.#run = run;
    this.#ownsRun = ownsRun;
    this.#input = input;
    this.key = input.metricKey ?? 'eval';
    this.step = run.nextStep(`evaluation ${this.key}`);
    this.name = this.step === 0 ? this.key : `${this.key}_${this.step}`;
  }

  start(evaluation: EvaluationState): void {
    this.#child = { abandon: () => evaluation.end({ status: 'cancelled' }) };
    this.#run.childStarted(this.#child);
  }

  evaluationEnded(evaluation: EvaluationState, result: EvaluationResult, ending: EvaluationEnding): void {
    const { name, key, step } = this;
    const run = this.#run;
    const input = this.#input;
    const n = input.n ?? input.batch?.length ?? result.exampleScores.length;
    const derived = [...(input.derived ?? []), ...(ending.derived ?? [])];
    const options = { place: evaluation.place, durable: true, derived };
    emit(run.runId, 'onEvalEnd', { ...result, name, key, step, n }, options);
    if (this.#child) run.childEnded(this.#child);
    if (this.#ownsRun) {
      run.end({ status: ending.status, ...(ending.error === undefined ? {} : { error: ending.error }) });
    }
  }
}
