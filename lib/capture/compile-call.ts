import { shared } from '../support/shared-state.js';
import { tracker } from '../track/tracker.js';
import type { CompileEnding, CompileInput, CompileTracker } from '../track/types.js';
import { type Follower, generatorSteps, type Steps } from './observe/follow.js';
import { guard } from './observe/guard.js';
import { endingOf, hasReturned, type Outcome } from './observe/outcome.js';

type Best = NonNullable<CompileEnding['best']>;

type Check = (chosen: unknown, best: Best) => CompileEnding['returned'];

/** The method through which a compile was entered. */
export interface Entry {
  readonly method: string;
  /** Identifies who tracks the method: the wrapper function of a decorator, or the class whose method was patched. */
  readonly wrapper: object;
  /** True if each `compile` that the method calls is a nested compile. Always so for `compilePareto`. */
  readonly holdsCompiles?: boolean;
}

/** Reads the return value of a compile. Each method is called at most once and may throw. */
export interface ResultReader {
  /** Returns the part of the result that holds the best program. Default: the result. */
  chosen?(result: unknown): unknown;
  best?(chosen: unknown): Best | undefined;
  score?(result: unknown): unknown;
  /** Returns the other fields of the result to record. */
  summary?(result: unknown): Record<string, unknown> | undefined;
}

/** Describes one call of `compile` before it runs. */
export interface CompileDescription {
  readonly entry: Entry;
  readonly input: CompileInput;
  readonly reader: ResultReader;
  /** Copies the program before it changes. Returns the check of the program that the compile returns. */
  readonly prepareCheck?: () => Check | undefined;
}

const entries = shared('compile entries', () => new WeakMap<CompileTracker, Entry>());

/**
 * Returns whether a call on `self` is part of the running compile. It is if the compile runs on the same object and was
 * entered through another method: `super.compile`, or a `compileStream` that calls `compile`. A call through the same
 * method, or inside a method that holds compiles (`compilePareto` optimizes once per weighting), is a nested compile.
 */
export function isPartOf(running: CompileTracker | null, self: unknown, call: Entry): boolean {
  if (running === null || running.self === undefined || running.self !== self) return false;
  const entry = entries.get(running);
  if (entry === undefined) return true;
  if (entry.wrapper === call.wrapper) return false;
  const holdsCompiles = entry.holdsCompiles === true || entry.method === 'compilePareto';
  return !holdsCompiles || entry.method === call.method;
}

/** Opens the compile of one call. */
export function openCompile(description: CompileDescription): OpenCompile {
  const compile = tracker.startCompile(description.input);
  entries.set(compile, description.entry);
  const check = description.prepareCheck && guard('copying the program', description.prepareCheck);
  return new OpenCompile(compile, description.reader, check);
}

/** A running compile. It follows the call: see `follow`. */
export class OpenCompile implements Follower {
  readonly thenables = 'ignore';
  readonly tracker: CompileTracker;
  readonly #reader: ResultReader;
  readonly #check: Check | undefined;

  constructor(compile: CompileTracker, reader: ResultReader, check: Check | undefined) {
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

  /** Ends the compile. `more` is added to the recorded fields of its result. */
  ended(outcome: Outcome, more?: Readonly<Record<string, unknown>>): void {
    const { result, ...reading } = hasReturned(outcome) ? this.#read(outcome.value) : {};
    const summary = result || more ? { result: { ...result, ...more } } : {};
    const derived = outcome.unobserved ? { derived: ['status', 'durationMs'] } : {};
    this.tracker.end({ ...endingOf(outcome), ...reading, ...summary, ...derived });
  }

  #read(value: unknown): Partial<CompileEnding> {
    const reader = this.#reader;
    const chosen = guard('choosing the best program', () => (reader.chosen ? reader.chosen(value) : value));
    const best = guard('reading the best program', () => reader.best?.(chosen));
    const returned = best && guard('copying the returned program', () => this.#check?.(chosen, best));
    const score = guard('reading the score', () => reader.score?.(value));
    const result = guard('reading the result', () => reader.summary?.(value));
    return {
      ...(best ? { best } : {}),
      ...(returned ? { returned } : {}),
      ...(typeof score === 'number' ? { reportedScore: score } : {}),
      ...(result ? { result } : {}),
    };
  }
}
