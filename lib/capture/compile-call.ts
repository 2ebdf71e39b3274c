import { shared } from '../support/shared-state.js';
import { tracker } from '../track/tracker.js';
import type { CompileEnding, CompileInput, CompileTracker } from '../track/types.js';
import { guard } from './guard.js';
import { type Follower, generatorSteps, type Steps } from './observe/follow.js';
import { endingOf, hasReturned, type Outcome } from './observe/outcome.js';

type Best = NonNullable<CompileEnding['best']>;

/** The method through which a compile was entered. */
export interface Entry {
  readonly method: string;
  /** What stands in for the method: the wrapper of a decorator, the class whose method was patched. */
  readonly wrapper: object;
  /** Each `compile` that it calls is a compile of its own, inside this one. Always so for `compilePareto`. */
  readonly holdsCompiles?: boolean;
}

/** Reads what a compile returned. Each is called once, if at all, and may throw. */
export interface ResultReader {
  /** What the best program is in. Default: the result. */
  chosen?(result: unknown): unknown;
  best?(chosen: unknown): Best | undefined;
  score?(result: unknown): unknown;
  /** What else the result says. */
  rest?(result: unknown): Record<string, unknown> | undefined;
}

/** What is known of one call of `compile` before it runs. */
export interface CompileDescription {
  readonly entry: Entry;
  readonly input: CompileInput;
  readonly reader: ResultReader;
  /** Notes what the program is like now. Returns what checks the program that is returned. */
  readonly beforehand?: () => ((chosen: unknown, best: Best) => CompileEnding['returned']) | undefined;
}

const entries = shared('compile entries', () => new WeakMap<CompileTracker, Entry>());

/**
 * Whether a call on `self` is part of the compile that runs. It is, if that runs on the same object and was entered through
 * another method: `super.compile`, or a `compileStream` that calls `compile`. Through the same method again, or inside
 * a method that holds compiles (`compilePareto` optimizes once per weighting), it is a compile of its own inside the first.
 */
export function isPartOf(running: CompileTracker | null, self: unknown, call: Entry): boolean {
  if (running === null || running.self === undefined || running.self !== self) return false;
  const entry = entries.get(running);
  if (entry === undefined) return true;
  if (entry.wrapper === call.wrapper) return false;
  const holdsCompiles = entry.holdsCompiles === true || entry.method === 'compilePareto';
  return !holdsCompiles || entry.method === call.method;
}

/** Opens a compile, from wherever it was called. */
export function openCompile(description: CompileDescription): OpenCompile {
  const compile = tracker.startCompile(description.input);
  entries.set(compile, description.entry);
  const check = description.beforehand && guard('copying the program', description.beforehand);
  return new OpenCompile(compile, description.reader, check);
}

/** A compile that is going on. It follows the call: see `follow`. */
export class OpenCompile implements Follower {
  readonly thenables = 'leave';
  readonly tracker: CompileTracker;
  readonly #reader: ResultReader;
  readonly #check: ((chosen: unknown, best: Best) => CompileEnding['returned']) | undefined;

  constructor(
    compile: CompileTracker,
    reader: ResultReader,
    check: ((chosen: unknown, best: Best) => CompileEnding['returned']) | undefined,
  ) {
    this.tracker = compile;
    this.#reader = reader;
    this.#check = check;
  }

  within<T>(fn: () => T): T {
    return this.tracker.within(fn);
  }

  steps(value: object): Steps | undefined {
    return generatorSteps(value);
  }

  /** Ends the compile. `more` is added to what its result says. */
  ended(outcome: Outcome, more?: Readonly<Record<string, unknown>>): void {
    const { result, ...reading } = hasReturned(outcome) ? this.#read(outcome.value) : {};
    const summary = result || more ? { result: { ...result, ...more } } : {};
    const derived = outcome.unseen ? { derived: ['status', 'durationMs'] } : {};
    this.tracker.end({ ...endingOf(outcome), ...reading, ...summary, ...derived });
  }

  #read(value: unknown): Partial<CompileEnding> {
    const reader = this.#reader;
    const chosen = guard('choosing the best program', () => (reader.chosen ? reader.chosen(value) : value));
    const best = guard('reading the best program', () => reader.best?.(chosen));
    const returned = best && guard('copying the returned program', () => this.#check?.(chosen, best));
    const score = guard('reading the score', () => reader.score?.(value));
    const result = guard('reading the result', () => reader.rest?.(value));
    return {
      ...(best ? { best } : {}),
      ...(returned ? { returned } : {}),
      ...(typeof score === 'number' ? { reportedScore: score } : {}),
      ...(result ? { result } : {}),
    };
  }
}
