import type { AxAIService } from '@ax-llm/ax';
import type { Random } from '../../random.js';
import { type Demo, type DemoSet, fieldsOf, type ProgramState, type Student, type Values } from './student.js';

/** Input of {@link demoSets}. */
export interface DemoSetInput {
  readonly student: Student;
  /** Runs the program while demos are collected. */
  readonly teacher: Readonly<AxAIService>;
  readonly trainset: readonly Values[];
  /** Scores a run of an example; throws what the program threw. */
  readonly score: (prediction: Values, example: Values) => Promise<number>;
  /** Number of sets. */
  readonly count: number;
  readonly maxBootstrappedDemos: number;
  readonly maxLabeledDemos: number;
  /** Lowest score of a run that becomes a demo. Without it, any score above 0. */
  readonly metricThreshold: number | undefined;
  /** Number of failed runs that one set tolerates. */
  readonly maxErrors: number;
  readonly random: Random;
  readonly abortSignal?: AbortSignal;
}

/** Copies examples as demos, only for predictors whose inputs and outputs the example has. */
function labeled(student: Student, examples: readonly Values[], max: number): DemoSet {
  return Object.fromEntries(
    student.predictors.map((p) => {
      const fits = (e: Values): boolean =>
        p.inputs.some((n) => e[n] !== undefined) && p.outputs.some((n) => e[n] !== undefined);
      return [
        p.id,
        examples
          .filter(fits)
          .slice(0, max)
          .map((e) => ({ values: fieldsOf(p, e), bootstrapped: false })),
      ];
    }),
  );
}

/** Returns a program state: the given texts with a demo set. */
export function withDemos(student: Student, texts: ProgramState['texts'], set: DemoSet): ProgramState {
  const demos = student.predictors
    .map((p) => ({ programId: p.id, traces: (set[p.id] ?? []).map((d) => d.values) }))
    .filter((d) => d.traces.length > 0);
  return { texts, demos };
}

/** Runs the teacher on an example. Its traces become demos if the score is high enough. */
async function tryExample(
  input: DemoSetInput,
  example: Values,
  shown: DemoSet,
): Promise<readonly { id: string; values: Values }[]> {
  const { student, teacher, abortSignal, metricThreshold } = input;
  const same = (d: Demo): boolean => Object.entries(d.values).every(([k, v]) => example[k] === v);
  const others = Object.fromEntries(Object.entries(shown).map(([id, demos]) => [id, demos.filter((d) => !same(d))]));
  student.apply(withDemos(student, student.initial.texts, others));
  const prediction = await student.run(teacher, example, abortSignal === undefined ? {} : { abortSignal });
  const traces = student.traces();
  const score = await input.score(prediction, example);
  const passes = metricThreshold === undefined ? score > 0 : score >= metricThreshold;
  return passes ? traces.map((t) => ({ id: t.programId, values: t.values })) : [];
}

/**
 * DSPy's BootstrapFewShot: the teacher sees labeled demos and runs the examples until enough runs satisfy the metric.
 * Labeled demos from the other examples fill up the set.
 */
async function bootstrap(
  input: DemoSetInput,
  examples: readonly Values[],
  max: number,
  random: Random,
): Promise<DemoSet> {
  const { student, maxLabeledDemos, maxErrors, abortSignal } = input;
  const shown = labeled(student, random.sample(examples, maxLabeledDemos), maxLabeledDemos);
  const kept: Record<string, Demo[]> = Object.fromEntries(student.predictors.map((p) => [p.id, []]));
  const used = new Set<Values>();
  let errors = 0;
  for (const example of examples) {
    if (used.size >= max) break;
    abortSignal?.throwIfAborted();
    try {
      const traces = await tryExample(input, example, shown);
      if (traces.length > 0) used.add(example);
      for (const predictor of student.predictors) {
        const trace = traces.find((t) => t.id === predictor.id);
        if (trace !== undefined)
          kept[predictor.id]?.push({ values: fieldsOf(predictor, trace.values), bootstrapped: true });
      }
    } catch (error) {
      abortSignal?.throwIfAborted();
      if (++errors > maxErrors)
        throw new Error(`MIPROv2: ${errors} runs failed while demos were collected`, { cause: error });
    }
  }
  const rest = random.shuffle(examples.filter((e) => !used.has(e)));
  const fill = labeled(student, rest, maxLabeledDemos);
  const fillUp = (id: string, demos: readonly Demo[]): Demo[] => [
    ...demos,
    ...(fill[id] ?? []).slice(0, Math.max(0, maxLabeledDemos - demos.length)),
  ];
  return Object.fromEntries(Object.entries(kept).map(([id, demos]) => [id, fillUp(id, demos)]));
}

/**
 * Creates the demo sets to choose from, like DSPy's `create_n_fewshot_demo_sets`: the student's own demos (usually
 * none), labeled demos only, one bootstrapped set in the given order, and shuffled bootstrapped sets of random size. It
 * changes the student's state, so the caller applies the state that it needs next.
 */
export async function demoSets(input: DemoSetInput): Promise<DemoSet[]> {
  const { student, trainset, count, maxBootstrappedDemos, maxLabeledDemos, random } = input;
  const own: DemoSet = Object.fromEntries(
    student.initial.demos.map((d) => [d.programId, d.traces.map((values) => ({ values, bootstrapped: false }))]),
  );
  const sets: DemoSet[] = [own];
  if (maxLabeledDemos > 0 && sets.length < count) {
    sets.push(labeled(student, random.sample(trainset, maxLabeledDemos), maxLabeledDemos));
  }
  if (maxBootstrappedDemos > 0 && sets.length < count) {
    sets.push(await bootstrap(input, trainset, maxBootstrappedDemos, random.fork('unshuffled')));
  }
  while (maxBootstrappedDemos > 0 && sets.length < count) {
    const lots = random.fork(`set ${sets.length}`);
    sets.push(await bootstrap(input, lots.shuffle(trainset), lots.int(1, maxBootstrappedDemos), lots));
  }
  return sets;
}
