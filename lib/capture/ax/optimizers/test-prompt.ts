import { runUntracked } from '../../../track/context.js';
import { tracker } from '../../../track/tracker.js';
import type { CompileTracker, EvaluationTracker } from '../../../track/types.js';
import { OpenEvaluation } from '../../evaluation-call.js';
import { follow } from '../../observe/follow.js';
import { guard } from '../../observe/guard.js';
import { type Callable, functionName, isObject, safeGet } from '../../observe/inspect.js';
import { patchMethod } from '../access/patch.js';
import { watching } from '../access/scope.js';
import { describeService } from '../calls/lm-settings.js';
import { instrumentService, instrumentTemporarily } from '../forward/instrument-program.js';
import { describeProgram } from '../programs/state.js';
import { ExampleWatch, type PendingExample, traceIdOf } from '../watch/example-watch.js';
import { compileCall } from '../watch/optimizer-watch.js';

/** Tracks `AxTestPrompt.run` as an evaluation. It returns nothing, so scores are read from calls of its metric. */
export function patchTestPrompt(owner: object): void {
  patchMethod(owner, 'run', (original, self, args) => {
    if (!tracker.on || !isObject(self)) return original.apply(self, args);
    if (!tracker.logsEvals) return runUntracked('evaluation', () => original.apply(self, args));
    const evaluation = guard('opening an evaluation', () => openEvaluation(self, args[0]));
    return evaluation === undefined ? original.apply(self, args) : runEvaluation(evaluation, original, self, args);
  });
}

function openEvaluation(self: object, metric: unknown): OpenEvaluation {
  const ai = safeGet(self, 'ai');
  const examples = safeGet(self, 'examples');
  const name = functionName(metric);
  instrumentService(ai);
  const lm = describeService('student', ai);
  const candidate = describeProgram(safeGet(self, 'program'));
  return new OpenEvaluation({
    evaluator: 'AxTestPrompt',
    ...(candidate ? { candidate } : {}),
    ...(Array.isArray(examples) ? { batch: examples, n: examples.length } : {}),
    ...(lm ? { lms: [lm] } : {}),
    ...(name ? { metric: name } : {}),
  });
}

function runEvaluation(evaluation: OpenEvaluation, original: Callable, self: object, args: unknown[]): unknown {
  const watch = new TestPromptWatch(evaluation.tracker, self, args[0]);
  const { release } = instrumentTemporarily(watch.program);
  return follow(() => watching(watch, () => original.apply(self, [watch.metric, ...args.slice(1)])), {
    within: (run) => evaluation.within(run),
    ended(outcome) {
      release();
      evaluation.ended(outcome);
    },
  });
}

/** Records the examples of one `AxTestPrompt.run`. As in ax, a failed example or metric scores 0. */
class TestPromptWatch extends ExampleWatch {
  readonly #evaluation: EvaluationTracker;

  constructor(evaluation: EvaluationTracker, self: object, metric: unknown) {
    super(evaluation.compile as CompileTracker, compileCall(self, [safeGet(self, 'program'), undefined, metric]));
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

  protected scored(pending: PendingExample, raw: unknown): void {
    this.removePending(pending);
    const { example, prediction, durationMs } = pending;
    const score = typeof raw === 'number' && Number.isFinite(raw) ? raw : null;
    this.#evaluation.example({ example, prediction, score, durationMs, ...traceIdOf(pending) });
  }

  protected failed(pending: PendingExample): void {
    this.removePending(pending);
    const { example, prediction, error, durationMs } = pending;
    this.#evaluation.example({ example, prediction, score: 0, error, durationMs, ...traceIdOf(pending) });
  }

  finish(): undefined {
    return undefined;
  }
}
