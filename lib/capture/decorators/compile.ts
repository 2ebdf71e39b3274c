import { currentFrame } from '../../track/context.js';
import type { CompileEnding, CompileInput } from '../../track/types.js';
import { beforeCompile, bestOf, instrumentProgram } from '../ax/index.js';
import { isPartOf, openCompile, type ResultReader } from '../compile-call.js';
import { guard } from '../guard.js';
import { type Callable, functionName, isFunction, isObject, isPlainObject, ownValue } from '../inspect.js';
import { candidateOf, plainFields } from './candidate.js';
import { callLabel, instrumentInstance, lmsOf, plainOptions } from './inputs.js';
import { hyperparametersOf } from './metadata.js';
import type { AnyOptions, Plan } from './options.js';
import { Signature } from './roles.js';
import type { Opener } from './wrap.js';

/** Tracks each call of one `compile` method that is not part of a compile which runs already. */
export function compileOpener(plan: Plan, method: string, fn: Callable): Opener {
  const signature = new Signature(fn, plan.sources);
  return (self, args, wrapper) => {
    const entry = { method, wrapper };
    if (isPartOf(currentFrame().compile, self, entry)) return null;
    const program = guard('finding the program', () => signature.find('program', args, self));
    guard('watching the program', () => instrumentProgram(program));
    guard('watching the optimizer', () => instrumentInstance(self));
    return openCompile({
      entry,
      input: describeCompile({ plan, method, signature, self, args, program }),
      reader: new CompileReader(plan.options, program),
      beforehand: () => {
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

/** Reads a result of any form: ax's, the program, `{ program }`, a number, or as the decorator's options read it. */
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

  /** A program that is returned itself says nothing else. */
  rest(result: unknown): Record<string, unknown> | undefined {
    if (!isObject(result) || result === this.#program || isFunction(result.forward)) return undefined;
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
