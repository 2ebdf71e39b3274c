import type { AxAIService, AxFieldValue, AxGenOut, AxProgrammable, AxProgramTrace } from '@ax-llm/ax';
import { AxSignature } from '@ax-llm/ax';

/** Field name → value: an example, a prediction or a demo. */
export type Values = Readonly<Record<string, AxFieldValue>>;

/** One demonstration for one predictor. */
export interface Demo {
  readonly values: Values;
  /** Made by running the program (with its intermediate fields) rather than copied from a labelled example. */
  readonly bootstrapped: boolean;
}

/** Demos by predictor id. */
export type DemoSet = Readonly<Record<string, readonly Demo[]>>;

/** Everything MIPROv2 may change in a program: component texts by key, and demos as ax's `setDemos` takes them. */
export interface ProgramState {
  readonly texts: Readonly<Record<string, string>>;
  readonly demos: readonly { readonly programId: string; readonly traces: readonly Values[] }[];
}

/** One LM call site of the program: what DSPy calls a predictor. */
export interface Predictor {
  readonly id: string;
  /** Key of its instruction among the program's components. */
  readonly instructionKey: string;
  /** Its instruction now; its description where it has no instruction. May be empty. */
  readonly instruction: string;
  /** As ax writes it, e.g. `question:string -> reasoning:string, answer:string`. */
  readonly signature: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Settings of a forward pass. */
export interface RunOptions {
  readonly abortSignal?: AbortSignal;
}

/** A program seen as MIPROv2 needs it. */
export interface Student {
  readonly predictors: readonly Predictor[];
  /** Its state when it was handed over. */
  readonly initial: ProgramState;
  apply(state: ProgramState): void;
  run(ai: Readonly<AxAIService>, example: Values, options: RunOptions): Promise<Values>;
  /** What each predictor saw and said in the last run. */
  traces(): readonly { readonly programId: string; readonly values: Values }[];
}

const INSTRUCTION = '::instruction';

/** ax has a setter for demos and no getter; the field keeps its name in the builds. */
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

/** Reads a program's predictors and state. Throws when it has nothing that MIPROv2 can optimize. */
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

/** Keeps the fields of a predictor's signature, inputs first, and drops what is absent. */
export function fieldsOf(predictor: Predictor, values: Values): Values {
  const names = [...predictor.inputs, ...predictor.outputs].filter((n) => values[n] !== undefined);
  return Object.fromEntries(names.map((n) => [n, values[n]]));
}
