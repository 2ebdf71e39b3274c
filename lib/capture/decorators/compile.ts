import { currentFrame } from '../../track/context.js';
import type { CompileEnding, CompileInput } from '../../track/types.js';
import { beforeCompile, bestOf, instrumentProgram } from '../ax/index.js';
import { isPartOf, openCompile, type ResultReader } from '../compile-call.js';
import { guard } from '../observe/guard.js';
import { type Callable, functionName, isFunction, isObject, isPlainObject, ownValue } from '../observe/inspect.js';
import { candidateOf, plainFields } from './candidate.js';
import { callLabel, instrumentInstance, lmsOf, plainOptions } from './inputs.js';
import { hyperparametersOf } from './metadata.js';
import type { AnyOptions, Plan } from './options.js';
import { Signature } from './roles.js';
import type { Opener } from './wrap.js';

/** Returns the opener of one `compile` method. Calls that are part of the running compile are not tracked again. */
export function compileOpener(plan: Plan, method: string, fn: Callable): Opener {
  const signature = new Signature(fn, plan.sources);
  return (self, args, wrapper) => {
    const entry = { method, wrapper };
    if (isPartOf(currentFrame().compile, self, entry)) return null;
    const program = guard('finding the program', () => signature.find('program', args, self));
    guard('instrumenting the program', () => instrumentProgram(program));
    guard('instrumenting the optimizer', () => instrumentInstance(self));
    return openCompile({
      entry,
      input: describeCompile({ plan, method, signature, self, args, program }),
      reader: new CompileReader(plan.options, program),
      prepareCheck: () => {
        const examples = signature.examples('valset', args, self) ?? signature.examples('trainset', args, self);
        return beforeCompile(program, examples);
      },
    });
  };
}

interface Call {
  readonly plan: Plan;
  readonly method: string;
  readonly signature: Signature;
  readonly self: unknown;
  readonly args: readonly unknown[];
  readonly program: unknown;
}

function describeCompile({ plan, method, signature, self, args, program }: Call): CompileInput {
  const list = (role: 'trainset' | 'valset') =>
    guard(`finding the ${role}`, () => signature.examples(role, args, self));
  const metric = guard('finding the metric', () => functionName(signature.find('metric', args, self)));
  const trainset = list('trainset');
  const valset = list('valset');
  const seed = guard('describing the program', () => candidateOf(program));
  const options = guard('reading the options', () =>
    plainOptions(signature.options(args), [program, trainset, valset]),
  );
  const hyperparameters = guard('reading the hyperparameters', () => hyperparametersOf(self));
  const lms = guard('describing the AI services', () => lmsOf(signature, args, self));
  return {
    optimizer: callLabel(plan.options.label, self, method),
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

/** Reads results: ax's, the program itself, `{ program }`, a number, or any other with the decorator's options. */
class CompileReader implements ResultReader {
  readonly #options: AnyOptions;
  readonly #program: unknown;

  constructor(options: AnyOptions, program: unknown) {
    this.#options = options;
    this.#program = program;
  }

  chosen(result: unknown): unknown {
    return this.#options.best ? this.#options.best(result) : result;
  }

  best(chosen: unknown): CompileEnding['best'] {
    const ofAx = bestOf(chosen, this.#program);
    if (ofAx !== undefined && !isEmpty(ofAx.candidate)) return ofAx;
    const program = this.#options.best ? chosen : programIn(chosen, this.#program);
    const candidate = candidateOf(program);
    if (candidate === undefined || isEmpty(candidate)) return ofAx;
    return { format: 'state', program: JSON.parse(JSON.stringify(candidate)) as never, candidate };
  }

  score(result: unknown): unknown {
    if (this.#options.score) return this.#options.score(result);
    if (!isObject(result)) return result;
    const { bestScore, score } = result;
    return typeof bestScore === 'number' ? bestScore : score;
  }

  /** Returns no summary of a program, because its fields are its state. */
  summary(result: unknown): Record<string, unknown> | undefined {
    if (!isObject(result) || result === this.#program || isFunction(result.forward)) return undefined;
    const { demos: _demos, optimizedProgram: _program, program: _own, ...rest } = plainFields(result);
    return rest;
  }
}

/** Returns the program in a result that ax did not make: the compiled object itself, `{ program }`, or another program. */
function programIn(result: unknown, program: unknown): unknown {
  if (!isObject(result)) return undefined;
  if (result === program) return result;
  const inside = ownValue(result, 'program');
  if (inside !== undefined) return inside;
  return isFunction(result.forward) || (isPlainObject(result) && isPlainObject(result.texts)) ? result : undefined;
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
