import { statusOf } from '../../../support/abort.js';
import { runUntracked } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import type { CompileTracker, EvaluationTracker } from '../../../track/types.js';
import { safely } from '../../guard.js';
import { type Callable, isObject, safeGet } from '../../inspect.js';
import { observe } from '../../observe.js';
import { patchMethod } from '../access/patch.js';
import { watching } from '../access/scope.js';
import { describeService } from '../calls/lm-settings.js';
import { borrowProgram, instrumentService } from '../forward/instrument-program.js';
import { describeProgram } from '../programs/state.js';
import { ExampleWatch, type Pending, traceIdOf } from '../watch/example-watch.js';

/** Tracks `AxTestPrompt.run` as an evaluation. It returns nothing, so its metric is watched. */
export function patchTestPrompt(owner: object): void {
  patchMethod(owner, 'run', (original, self, args) => {
    if (!tracker.on || !isObject(self)) return original.apply(self, args);
    if (!tracker.logsEvals) return runUntracked('evaluation', () => original.apply(self, args));
    let evaluation: EvaluationTracker | undefined;
    safely(() => {
      evaluation = openEvaluation(self, args[0]);
    });
    return evaluation === undefined ? original.apply(self, args) : runEvaluation(evaluation, original, self, args);
  });
}

function openEvaluation(self: object, metric: unknown): EvaluationTracker {
  const ai = safeGet(self, 'ai');
  const program = safeGet(self, 'program');
  const examples = safeGet(self, 'examples');
  instrumentService(ai);
  const lm = describeService('student', ai);
  const candidate = describeProgram(program);
  return tracker.startEvaluation({
    evaluator: 'AxTestPrompt',
    ...(candidate ? { candidate } : {}),
    ...(Array.isArray(examples) ? { batch: examples, n: examples.length } : {}),
    ...(lm ? { lms: [lm] } : {}),
    ...(typeof metric === 'function' && metric.name !== '' ? { metric: metric.name } : {}),
  });
}

function runEvaluation(evaluation: EvaluationTracker, original: Callable, self: object, args: unknown[]): unknown {
  const watch = new TestPromptWatch(evaluation, self, args[0]);
  const { release } = borrowProgram(watch.program);
  const end = (error: unknown, _value: unknown, failed: boolean) => {
    release();
    safely(() => evaluation.end(failed ? { status: statusOf(error), error } : { status: 'finished' }));
  };
  try {
    const run = () => original.apply(self, [watch.metric, ...args.slice(1)]);
    return observe(
      evaluation.within(() => watching(watch, run)),
      end,
    );
  } catch (error) {
    end(error, undefined, true);
    throw error;
  }
}

/** ax counts an example that raised an error, or whose metric did, as 0. */
class TestPromptWatch extends ExampleWatch {
  readonly #evaluation: EvaluationTracker;

  constructor(evaluation: EvaluationTracker, self: object, metric: unknown) {
    const program = safeGet(self, 'program');
    super(evaluation.compile as CompileTracker, { self, program, examples: undefined, metric, options: undefined });
    this.#evaluation = evaluation;
  }

  applied(): void {}

  internal(_name: string, run: () => unknown): unknown {
    return run();
  }

  protected trialFor(): EvaluationTracker {
    this.pending = [];
    return this.#evaluation;
  }

  protected scored(pending: Pending, raw: unknown): void {
    this.settle(pending);
    const { example, prediction, durationMs } = pending;
    const score = typeof raw === 'number' && Number.isFinite(raw) ? raw : null;
    this.#evaluation.example({ example, prediction, score, durationMs, ...traceIdOf(pending) });
  }

  protected failed(pending: Pending): void {
    this.settle(pending);
    const { example, prediction, error, durationMs } = pending;
    this.#evaluation.example({ example, prediction, score: 0, error, durationMs, ...traceIdOf(pending) });
  }

  finish(): undefined {
    return undefined;
  }
}
