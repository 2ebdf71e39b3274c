import { currentFrame } from '../../track/context.js';
import { tracker } from '../../track/tracker.js';
import type { CompileEnding, CompileInput, CompileTracker } from '../../track/types.js';
import { beforeCompile, bestOf, type CheckReturned, instrumentProgram } from '../ax/index.js';
import { guard } from '../guard.js';
import { type Callable, isFunction, isObject, isPlainObject, ownValue } from '../inspect.js';
import { candidateOf, plainFields } from './candidate.js';
import { instrumentInstance, labelOf, lmsOf, metricName, settingsOf } from './inputs.js';
import { hyperparametersOf } from './metadata.js';
import type { AnyOptions, Plan } from './options.js';
import { Signature } from './roles.js';
import { type OpenCall, type Opener, type Outcome, statusOf } from './wrap.js';

/** The method, and its wrapper, through which each compile was entered. */
const entries = new WeakMap<CompileTracker, { readonly method: string; readonly wrapper: Callable }>();

/**
 * Tracks each call of one `compile` method.
 *
 * A call on the object whose compile runs already is part of it where it comes through another method than the one
 * that was entered: `super.compile`, or a `compileStream` that calls `compile`. Through the same method again, or inside
 * `compilePareto`, which optimizes once per weighting, it is a compile of its own inside the first.
 */
export function compileOpener(plan: Plan, method: string, fn: Callable): Opener {
  const signature = new Signature(fn, plan.sources);
  return (self, args, wrapper) => {
    if (isPartOfCurrent(self, method, wrapper)) return null;
    const program = guard('finding the program', () => signature.find('program', args, self));
    guard('watching the program', () => instrumentProgram(program));
    guard('watching the optimizer', () => instrumentInstance(self));
    const compile = tracker.startCompile(describeCall(plan, method, signature, self, args, program));
    entries.set(compile, { method, wrapper });
    const check = guard('copying the program', () => {
      const examples = signature.examples('valset', args, self) ?? signature.examples('trainset', args, self);
      return beforeCompile(program, examples);
    });
    return new OpenCompile(compile, plan.options, program, check);
  };
}

function isPartOfCurrent(self: unknown, method: string, wrapper: Callable): boolean {
  const current = currentFrame().compile;
  if (current === null || current.self === undefined || current.self !== self) return false;
  const entry = entries.get(current);
  return entry?.wrapper !== wrapper && (entry?.method !== 'compilePareto' || method === 'compilePareto');
}

function describeCall(
  plan: Plan,
  method: string,
  signature: Signature,
  self: unknown,
  args: readonly unknown[],
  program: unknown,
): CompileInput {
  const list = (role: 'trainset' | 'valset') =>
    guard(`finding the ${role}`, () => signature.examples(role, args, self));
  const metric = guard('finding the metric', () => metricName(signature.find('metric', args, self)));
  const trainset = list('trainset');
  const valset = list('valset');
  const seed = guard('describing the program', () => candidateOf(program));
  const options = guard('reading the options', () => settingsOf(signature.options(args), [program, trainset, valset]));
  const hyperparameters = guard('reading the hyperparameters', () => hyperparametersOf(self));
  const lms = guard('describing the AI services', () => lmsOf(signature, args, self));
  return {
    optimizer: labelOf(plan.options.label, self, method),
    method: method.replace(/^static /, ''),
    ...(isObject(self) ? { self } : {}),
    ...(hyperparameters ? { hyperparameters } : {}),
    ...(options ? { options } : {}),
    ...(lms ? { lms } : {}),
    ...(trainset ? { trainset } : {}),
    ...(valset ? { valset } : {}),
    ...(seed ? { seed } : {}),
    ...(metric === undefined ? {} : { metric }),
  };
}

class OpenCompile implements OpenCall {
  readonly #compile: CompileTracker;
  readonly #options: AnyOptions;
  readonly #program: unknown;
  readonly #checkReturned: CheckReturned | undefined;
  #ended = false;

  constructor(compile: CompileTracker, options: AnyOptions, program: unknown, checkReturned?: CheckReturned) {
    this.#compile = compile;
    this.#options = options;
    this.#program = program;
    this.#checkReturned = checkReturned;
  }

  within<T>(fn: () => T): T {
    return this.#compile.within(fn);
  }

  end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    const { value } = outcome;
    const returned = outcome.seen && !outcome.failed && !outcome.cancelled;
    const chosen = returned ? guard('choosing the best program', () => this.#chosen(value)) : undefined;
    const best = returned ? guard('reading the best program', () => this.#best(chosen)) : undefined;
    const returnedProgram = best && guard('copying the returned program', () => this.#checkReturned?.(chosen, best));
    const score = returned ? guard('reading the score', () => this.#score(value)) : undefined;
    const result = returned ? guard('reading the result', () => this.#rest(value)) : undefined;
    this.#compile.end({
      status: statusOf(outcome),
      ...(outcome.failed ? { error: outcome.error } : {}),
      ...(best ? { best } : {}),
      ...(returnedProgram ? { returned: returnedProgram } : {}),
      ...(typeof score === 'number' ? { reportedScore: score } : {}),
      ...(result ? { result } : {}),
      ...(outcome.seen ? {} : { derived: ['status', 'durationMs'] }),
    });
  }

  #best(chosen: unknown): CompileEnding['best'] {
    const ofAx = bestOf(chosen, this.#program);
    if (ofAx !== undefined && !isEmpty(ofAx.candidate)) return ofAx;
    const program = this.#options.best ? chosen : programIn(chosen, this.#program);
    const candidate = candidateOf(program);
    if (candidate === undefined || isEmpty(candidate)) return ofAx;
    return { format: 'state', program: JSON.parse(JSON.stringify(candidate)) as never, candidate };
  }

  /** What the option `best` takes from the result; the result itself without it. */
  #chosen(result: unknown): unknown {
    return this.#options.best ? this.#options.best(result) : result;
  }

  #score(result: unknown): number | null | undefined {
    if (this.#options.score) return this.#options.score(result);
    if (typeof result === 'number') return result;
    if (!isObject(result)) return undefined;
    const { bestScore, score } = result as { readonly bestScore?: unknown; readonly score?: unknown };
    return typeof bestScore === 'number' ? bestScore : typeof score === 'number' ? score : undefined;
  }

  /** What else the result says. A program that is returned itself says nothing else. */
  #rest(result: unknown): Record<string, unknown> | undefined {
    if (!isObject(result) || result === this.#program) return undefined;
    if (isFunction(result.forward)) return undefined;
    const { demos: _demos, optimizedProgram: _program, program: _own, ...rest } = plainFields(result);
    return rest;
  }
}

/** The program in a result that is no ax program's: the very object that was compiled, or `{ program }`. */
function programIn(result: unknown, program: unknown): unknown {
  if (!isObject(result)) return undefined;
  if (result === program) return result;
  const inside = ownValue(result, 'program');
  if (inside !== undefined) return inside;
  return isFunction(result.forward) || isStated(result) ? result : undefined;
}

function isStated(result: object): boolean {
  return isPlainObject(result) && isPlainObject(result.texts);
}

function isEmpty(candidate: {
  readonly texts?: object;
  readonly demos?: readonly unknown[];
  readonly state?: unknown;
}) {
  return (
    Object.keys(candidate.texts ?? {}).length === 0 &&
    (candidate.demos ?? []).length === 0 &&
    candidate.state === undefined
  );
}
