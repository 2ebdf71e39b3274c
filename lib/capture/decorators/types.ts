import type { ExampleResult } from '../../track/types.js';

/**
 * Where a tracked method gets something from. A number is the position of an argument (from 0). A string names a field
 * of the options object, with dots for fields of fields (`'data.train'`); a leading number names the argument to
 * start from (`'1.train'`). The options object is the argument that the role `options` names, else the last plain
 * object among the arguments.
 */
export type Source = number | string;

/**
 * Argument roles, where the signature is neither ax's `(program, examples, metric, options)` nor one options object.
 * What is not named is found by parameter name, by field name of the options object, by its place in ax's signature,
 * and last by field name of `this`.
 */
export interface Roles {
  /** The program under optimization or test. */
  readonly program?: Source;
  /** Examples to learn from. */
  readonly trainset?: Source;
  /** Examples to choose by. */
  readonly valset?: Source;
  /** Examples of an evaluation or trial. */
  readonly devset?: Source;
  /** The metric function. */
  readonly metric?: Source;
  /** The options object. */
  readonly options?: Source;
}

/** Options that every tracking decorator takes. */
export interface TrackOptions extends Roles {
  /** What the optimizer or evaluator is called. Default: the name of the class of `this`. */
  readonly label?: string;
  /**
   * On a class or object: the method to track, in place of the default ones. On a method: not allowed, because the
   * decorated method is the one.
   */
  readonly method?: string;
  /** Reads the score from an unusual return value. Default: a number, or its field `score` (`bestScore` of a compile). */
  score?(result: unknown): number | null | undefined;
}

/** Options of {@link TrackCompile}. */
export interface TrackCompileOptions extends TrackOptions {
  /** Reads the best program from an unusual return value. Default: ax's result, the program itself, or `{ program }`. */
  best?(result: unknown): unknown;
}

/** One example of an evaluation, as `results` says it: an object, or DSPy's tuple of example, prediction and score. */
export type ResultRow =
  | Pick<ExampleResult, 'example' | 'prediction' | 'score' | 'scores' | 'feedback' | 'error' | 'durationMs' | 'traceId'>
  | readonly [example: unknown, prediction: unknown, score: unknown];

/** Options of {@link TrackEval} and {@link TrackTrial}. */
export interface TrackEvalOptions extends TrackOptions {
  /** Reads the rows from an unusual return value. Default: its field `results`. */
  results?(result: unknown): Iterable<ResultRow> | null | undefined;
  /**
   * Hands the method a metric of ours that calls the caller's and notes each score. The only case in which a decorated
   * method does not get the caller's very arguments. Default false.
   */
  readonly watchMetric?: boolean;
  /** Name of the score series. Default: `metricKey` in the options object, else the scope of the trial. */
  readonly metricKey?: string;
}

/** Options of {@link TrackTrial}. */
export interface TrackTrialOptions extends TrackEvalOptions {
  /** The candidate under trial: an ax program, `{ texts, demos }`, or any other state. The same as `program`. */
  readonly candidate?: Source;
  /** Examples of this trial. The same as `devset`. */
  readonly batch?: Source;
  /** Examples of this trial. The same as `devset`. */
  readonly examples?: Source;
  /** What the optimizer calls this kind of trial, e.g. `'minibatch of round'`. */
  readonly phase?: string;
}

/** Options of {@link Hyperparam}. */
export interface HyperparamOptions {
  /** Name it is recorded under. Default: the field's. */
  readonly name?: string;
}

/** Every method, whatever its parameters. */
export type AnyMethod = (...args: never[]) => unknown;

type Has<Names extends string> = { [Name in Names]: { readonly [N in Name]: AnyMethod } }[Names];

/** Every class, abstract ones too, whose instances (or which itself) are `T`. */
type ClassOf<T> = (abstract new (...args: never[]) => T) | (T & (abstract new (...args: never[]) => unknown));

/** A decorator for methods, under standard and legacy decorators. The method keeps its type. */
export interface TrackMethod {
  <T extends AnyMethod>(method: T, context: ClassMethodDecoratorContext): void;
  <T extends AnyMethod>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void;
}

/** A decorator for methods, and for classes that have one of the named ones, under standard and legacy decorators. */
export interface TrackClassOrMethod<T> extends TrackMethod {
  (target: ClassOf<T>, context: ClassDecoratorContext): void;
  (target: ClassOf<T>): void;
}

/** What `trackCompile` is. */
export interface TrackCompile {
  /** Tracks `compile` (and `compileStream`, `compilePareto`) of one object, which is returned. */
  <T extends Has<'compile'>>(object: T, options?: TrackCompileOptions): T;
  /** Tracks the named method of one object, which is returned. */
  <K extends string, T extends { readonly [N in K]: AnyMethod }>(
    object: T,
    options: TrackCompileOptions & { readonly method: K },
  ): T;
  /** Tracks the named method of a class. */
  (options: TrackCompileOptions & { readonly method: string }): TrackClassOrMethod<unknown>;
  /** Tracks a class or method. */
  (
    options?: TrackCompileOptions & { readonly compile?: never },
  ): TrackClassOrMethod<Has<'compile' | 'compileStream' | 'compilePareto'>>;
}

type EvalObject = Has<'evaluate' | 'run' | 'call'>;
type NoEvalObject = { readonly evaluate?: never; readonly run?: never; readonly call?: never };

/** What `trackEval` is. */
export interface TrackEval {
  /** Tracks the first of `evaluate`, `run`, `call` of one object, which is returned. */
  <T extends EvalObject>(object: T, options?: TrackEvalOptions): T;
  /** Tracks the named method of one object, which is returned. */
  <K extends string, T extends { readonly [N in K]: AnyMethod }>(
    object: T,
    options: TrackEvalOptions & { readonly method: K },
  ): T;
  /** Tracks the named method of a class. */
  (options: TrackEvalOptions & { readonly method: string }): TrackClassOrMethod<unknown>;
  /** Tracks a class or method. */
  (options?: TrackEvalOptions & NoEvalObject): TrackClassOrMethod<EvalObject>;
}

/** What `trackTrial` is. */
export interface TrackTrial {
  /** Tracks the first of `evaluate`, `run`, `call` of one object, which is returned. */
  <T extends EvalObject>(object: T, options?: TrackTrialOptions): T;
  /** Tracks the named method of one object, which is returned. */
  <K extends string, T extends { readonly [N in K]: AnyMethod }>(
    object: T,
    options: TrackTrialOptions & { readonly method: K },
  ): T;
  /** Tracks the named method of a class. */
  (options: TrackTrialOptions & { readonly method: string }): TrackClassOrMethod<unknown>;
  /** Tracks a method. */
  (options?: TrackTrialOptions & NoEvalObject): TrackMethod;
}

/** A decorator for fields, accessors and getters, under standard and legacy decorators. */
export interface HyperparamDecorator {
  (field: undefined, context: ClassFieldDecoratorContext): void;
  <This, Value>(
    accessor: ClassAccessorDecoratorTarget<This, Value>,
    context: ClassAccessorDecoratorContext<This, Value>,
  ): void;
  <This, Value>(getter: (this: This) => Value, context: ClassGetterDecoratorContext<This, Value>): void;
  <Value>(
    target: object,
    key: string | symbol,
    descriptor?: TypedPropertyDescriptor<Value> & (Value extends AnyMethod ? never : unknown),
  ): void;
}

/** What `hyperparam` is. */
export type Hyperparam = (options?: HyperparamOptions) => HyperparamDecorator;

/** One kind of tracked method of a class, as {@link getTracking} describes it. */
export interface TrackedMethods {
  /** What the runs are called; `null` when they are called after the class of `this`. */
  readonly label: string | null;
  /** The tracked methods: `compile`, `#score`, `static compile`, … */
  readonly methods: readonly string[];
  /** Argument roles as given. */
  readonly roles: Readonly<Record<string, Source>>;
}

/** One field marked with {@link Hyperparam}. */
export interface TrackedField {
  /** Name it is recorded under. */
  readonly name: string;
  /** The field's own name, `#private` and `static` included. */
  readonly field: string;
  /** Name of its declared type: legacy decorators with `emitDecoratorMetadata` and reflect-metadata only. */
  readonly type?: string;
}

/** What is tracked of a class or object, inherited tracking included. Frozen. */
export interface Tracking {
  /** Label of the class: as given, else its name. */
  readonly label: string;
  readonly compile?: TrackedMethods;
  readonly evaluate?: TrackedMethods;
  readonly trials?: TrackedMethods;
  readonly hyperparams: readonly TrackedField[];
}
