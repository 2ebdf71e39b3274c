import type { AxAIService, AxFieldValue, AxGenOut, AxProgrammable, AxProgramTrace } from '@ax-llm/ax';
import { AxSignature } from '@ax-llm/ax';

/** Field name → value: an example, a prediction or a demo. */
export type Values = Readonly<Record<string, AxFieldValue>>;

/** One demonstration for one predictor. */
export interface Demo {
  readonly values: Values;
  /** Whether it was made by running the program, with intermediate fields, instead of copied from a labeled example. */
  readonly bootstrapped: boolean;
}

/** Demos by predictor id. */
export type DemoSet = Readonly<Record<string, readonly Demo[]>>;

/** The parts of a program that MIPROv2 changes: component texts by key, and demos as ax's `setDemos` takes them. */
export interface ProgramState {
  readonly texts: Readonly<Record<string, string>>;
  readonly demos: readonly { readonly programId: string; readonly traces: readonly Values[] }[];
}

/** One LM call site of the program. DSPy calls it a predictor. */
export interface Predictor {
  readonly id: string;
  /** Key of its instruction among the program's components. */
  readonly instructionKey: string;
  /** Its current instruction, else its description. May be empty. */
  readonly instruction: string;
  /** Signature in ax's syntax, e.g. `question:string -> reasoning:string, answer:string`. */
  readonly signature: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Settings of a forward pass. */
export interface RunOptions {
  readonly abortSignal?: AbortSignal;
}

/** Adapter of a program for MIPROv2. */
export interface Student {
  readonly predictors: readonly Predictor[];
  /** State of the program when the adapter was created. */
  readonly initial: ProgramState;
  apply(state: ProgramState): void;
  run(ai: Readonly<AxAIService>, example: Values, options: RunOptions): Promise<Values>;
  /** Returns inputs and outputs of each predictor in the last run. */
  traces(): readonly { readonly programId: string; readonly values: Values }[];
}

const INSTRUCTION = '::instruction';

/** Reads the private field: ax has a setter for demos and no getter. Its builds keep the field's name. */
function demosOf(program: object): Values[] {
  const demos: unknown = Reflect.get(program, 'demos');
  return Array.isArray(demos) ? (demos as Values[]) : [];
}

function signatureFields(signature: string): Pick<Predictor, 'inputs' | 'outputs'> {
  if (signature === '') return { inputs: [], outputs: [] };
  const parsed = AxSignature.create(signature);
  return {
    inputs: parsed.getInputFields().map((f) => f.name),
    outputs: parsed.getOutputFields().map((f) => f.name),
  };
}

function predictorsOf<IN, OUT>(program: AxProgrammable<IN, OUT>, texts: Readonly<Record<string, string>>): Predictor[] {
  const named = program.namedProgramInstances?.() ?? [];
  return Object.keys(texts)
    .filter((key) => key.endsWith(INSTRUCTION))
    .map((instructionKey) => {
      const id = instructionKey.slice(0, -INSTRUCTION.length);
      const signature = named.find((n) => n.id === id)?.signature ?? '';
      const instruction = texts[instructionKey] || texts[`${id}::description`] || '';
      return { id, instructionKey, instruction, signature, ...signatureFields(signature) };
    });
}

/** Reads a program's predictors and state. Throws if it has nothing that MIPROv2 can optimize. */
export function student<IN, OUT extends AxGenOut>(program: AxProgrammable<IN, OUT>): Student {
  const texts = Object.fromEntries(program.getOptimizableComponents().map((c) => [c.key, c.current]));
  const predictors = predictorsOf(program, texts);
  if (predictors.length === 0) {
    throw new Error(
      `MIPROv2: the program has no "…${INSTRUCTION}" component to optimize; it has: ${Object.keys(texts).join(', ') || 'none'}`,
    );
  }
  const instances = program.namedProgramInstances?.() ?? [{ id: program.getId(), program }];
  const demos = instances
    .map((instance) => ({ programId: instance.id, traces: demosOf(instance.program) }))
    .filter((d) => d.traces.length > 0);
  return {
    predictors,
    initial: { texts, demos },
    apply: (state) => {
      program.applyOptimizedComponents(state.texts);
      program.setDemos(state.demos as unknown as Parameters<typeof program.setDemos>[0]);
    },
    run: (ai, example, { abortSignal }) =>
      program.forward(ai, example as unknown as IN, abortSignal === undefined ? {} : { abortSignal }),
    traces: () =>
      program.getTraces().map((t: AxProgramTrace<IN, OUT>) => ({ programId: t.programId, values: t.trace as Values })),
  };
}

/** Returns the values of a predictor's fields, inputs first, without missing ones. */
export function fieldsOf(predictor: Predictor, values: Values): Values {
  const names = [...predictor.inputs, ...predictor.outputs].filter((n) => values[n] !== undefined);
  return Object.fromEntries(names.map((n) => [n, values[n]]));
}
