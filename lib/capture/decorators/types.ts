import type { ExampleResult } from '../../track/types.js';

/**
 * Names an argument of a tracked method, or a field of one. A number is the position of an argument, from 0. A string is a
 * field of the options object, with dots for nested fields (`'data.train'`). A string that starts with a number is a field
 * of the argument at that position (`'1.train'`). The options object is the argument that the role `options` names, or
 * else the last plain object among the arguments.
 */
export type Source = number | string;

/**
 * The roles of a method's arguments. They are needed if its signature is neither ax's
 * `(program, examples, metric, options)` nor one options object. An argument without a role is found by parameter name,
 * by field name of the options object, by its position in ax's signature, and last by field name of `this`.
 */
export interface Roles {
  /** The program to optimize or evaluate. */
  readonly program?: Source;
  /** The examples to learn from. */
  readonly trainset?: Source;
  /** The examples to select candidates by. */
  readonly valset?: Source;
  /** The examples of an evaluation or trial. */
  readonly devset?: Source;
  /** The metric function. */
  readonly metric?: Source;
  /** The options object. */
  readonly options?: Source;
}

/** Options that every tracking decorator takes. */
export interface TrackOptions extends Roles {
  /** Name of the optimizer or evaluator. Default: the name of the class of `this`. */
  readonly label?: string;
  /** Method to track instead of the default ones. Allowed on classes and objects only. */
  readonly method?: string;
  /**
   * Returns the score in an unusual return value. Default: the number that was returned, or its field `score` (for a
   * compile: `bestScore`, then `score`).
   */
  score?(result: unknown): number | null | undefined;
}

/** Options of `trackCompile`. */
export interface TrackCompileOptions extends TrackOptions {
  /** Returns the best program in an unusual return value. Default: that in ax's result, the program, or `{ program }`. */
  best?(result: unknown): unknown;
}

/** The result of one example, as an evaluation returns it: an object, or DSPy's tuple of example, prediction and score. */
export type ResultRow =
  | Pick<ExampleResult, 'example' | 'prediction' | 'score' | 'scores' | 'feedback' | 'error' | 'durationMs' | 'traceId'>
  | readonly [example: unknown, prediction: unknown, score: unknown];

/** Options of `trackEval`. */
export interface TrackEvalOptions extends TrackOptions {
  /** Returns the example results in an unusual return value. Default: its field `results`. */
  results?(result: unknown): Iterable<ResultRow> | null | undefined;
  /**
   * Passes the method a metric that calls the caller's and records each score. Without it, a decorated method receives the
   * caller's own arguments. Default: false.
   */
  readonly watchMetric?: boolean;
  /**
   * Name of the score series. `metricKey` in the options object of a call overrides it. Default: `eval`; inside a
   * compile, the scope of the trial.
   */
  readonly metricKey?: string;
}

/** Options of `trackTrial`. */
export interface TrackTrialOptions extends TrackEvalOptions {
  /** The candidate: an ax program, `{ texts, demos }`, or any other state. Synonym of `program`. */
  readonly candidate?: Source;
  /** The examples of the trial. Synonym of `devset`. */
  readonly batch?: Source;
  /** The examples of the trial. Synonym of `devset`. */
  readonly examples?: Source;
  /** Name of this kind of trial in the optimizer, such as `'minibatch of round'`. Default: none. */
  readonly phase?: string;
}

/** Options of `hyperparam`. */
export interface HyperparamOptions {
  /** Name under which the value is recorded. Default: the name of the field. */
  readonly name?: string;
}

/** Any method. */
export type AnyMethod = (...args: never[]) => unknown;

/** An object that has at least one of the named methods. */
type Has<Names extends string> = { [Name in Names]: { readonly [N in Name]: AnyMethod } }[Names];

/** Names the method to track, which need not be one of the default ones. */
interface NamedMethod<Name extends string> {
  /** Method to track instead of the default ones. */
  readonly method: Name;
}

/** Any class, also an abstract one, that is `T` or whose instances are `T`. */
type ClassOf<T> = (abstract new (...args: never[]) => T) | (T & (abstract new (...args: never[]) => unknown));

/** A decorator for methods, standard and legacy. The method keeps its type. */
export interface TrackMethod {
  <T extends AnyMethod>(method: T, context: ClassMethodDecoratorContext): void;
  <T extends AnyMethod>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<T>): void;
}

/** A decorator, standard and legacy, for methods and for classes that are `T` or whose instances are `T`. */
export interface TrackClassOrMethod<T> extends TrackMethod {
  (target: ClassOf<T>, context: ClassDecoratorContext): void;
  (target: ClassOf<T>): void;
}

/** Type of `trackCompile`. */
export interface TrackCompile {
  /** Tracks `compile` (and `compileStream`, `compilePareto`) of one object and returns it. */
  <T extends Has<'compile'>>(object: T, options?: TrackCompileOptions): T;
  /** Tracks the named method of one object and returns it. */
  <K extends string, T extends { readonly [N in K]: AnyMethod }>(
    object: T,
    options: TrackCompileOptions & NamedMethod<K>,
  ): T;
  /** Tracks the named method of a class. */
  (options: TrackCompileOptions & NamedMethod<string>): TrackClassOrMethod<unknown>;
  /** Tracks a class or method. */
  (
    options?: TrackCompileOptions & NotTrackable<'compile'>,
  ): TrackClassOrMethod<Has<'compile' | 'compileStream' | 'compilePareto'>>;
}

/** The default methods of `trackEval` and `trackTrial`. */
type EvalMethod = 'evaluate' | 'run' | 'call';

/** Options that cannot be mistaken for an object to track. */
type NotTrackable<Method extends string> = { readonly [N in Method]?: never };

/** Type of `trackEval`. */
export interface TrackEval {
  /** Tracks the first of `evaluate`, `run`, `call` of one object and returns it. */
  <T extends Has<EvalMethod>>(object: T, options?: TrackEvalOptions): T;
  /** Tracks the named method of one object and returns it. */
  <K extends string, T extends { readonly [N in K]: AnyMethod }>(
    object: T,
    options: TrackEvalOptions & NamedMethod<K>,
  ): T;
  /** Tracks the named method of a class. */
  (options: TrackEvalOptions & NamedMethod<string>): TrackClassOrMethod<unknown>;
  /** Tracks a class or method. */
  (options?: TrackEvalOptions & NotTrackable<EvalMethod>): TrackClassOrMethod<Has<EvalMethod>>;
}

/** Type of `trackTrial`. */
export interface TrackTrial {
  /** Tracks the first of `evaluate`, `run`, `call` of one object and returns it. */
  <T extends Has<EvalMethod>>(object: T, options?: TrackTrialOptions): T;
  /** Tracks the named method of one object and returns it. */
  <K extends string, T extends { readonly [N in K]: AnyMethod }>(
    object: T,
    options: TrackTrialOptions & NamedMethod<K>,
  ): T;
  /** Tracks the named method of a class. */
  (options: TrackTrialOptions & NamedMethod<string>): TrackClassOrMethod<unknown>;
  /** Tracks a method. */
  (options?: TrackTrialOptions & NotTrackable<EvalMethod>): TrackMethod;
}

/** A decorator for fields, accessors and getters, standard and legacy. */
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

/** Type of `hyperparam`. */
export type Hyperparam = (options?: HyperparamOptions) => HyperparamDecorator;

/** The methods of a class that one decorator tracks. */
export interface TrackedMethods {
  /** Label given to the decorator; `null` if the name of the class of `this` is used. */
  readonly label: string | null;
  /** Names of the tracked methods, such as `compile`, `#score` and `static compile`. */
  readonly methods: readonly string[];
  /** Argument roles given to the decorator. */
  readonly roles: Readonly<Record<string, Source>>;
}

/** A field marked with `@hyperparam()`. */
export interface TrackedField {
  /** Name under which the value is recorded. */
  readonly name: string;
  /** Name of the field, with `#` if it is private and `static` if it is static. */
  readonly field: string;
  /** Name of its declared type. Set for legacy decorators with `emitDecoratorMetadata` and reflect-metadata only. */
  readonly type?: string;
}

/** The tracked methods and fields of a class or object, inherited ones included. Frozen. */
export interface Tracking {
  /** Label given to the decorator, or else the name of the class. */
  readonly label: string;
  /** Methods tracked by `trackCompile`. Absent if there are none. */
  readonly compile?: TrackedMethods;
  /** Methods tracked by `trackEval`. Absent if there are none. */
  readonly evaluate?: TrackedMethods;
  /** Methods tracked by `trackTrial`. Absent if there are none. */
  readonly trials?: TrackedMethods;
  /** Fields marked with `@hyperparam()`. Empty if there are none. */
  readonly hyperparams: readonly TrackedField[];
}
