import { type AxAIService, ax } from '@ax-llm/ax';
import type { Random } from '../../random.js';
import type { DemoSet, Predictor, Student, Values } from './student.js';

/** Input of {@link proposals}. */
export interface ProposerInput {
  readonly student: Student;
  readonly ai: Readonly<AxAIService>;
  readonly trainset: readonly Values[];
  readonly demoSets: readonly DemoSet[];
  /** Number of instructions per predictor, its current one included. */
  readonly count: number;
  /** Number of examples in one call of the dataset summary. */
  readonly viewDataBatchSize: number;
  readonly dataAware: boolean;
  readonly programAware: boolean;
  readonly fewshotAware: boolean;
  readonly tipAware: boolean;
  readonly temperature: number;
  readonly random: Random;
  readonly abortSignal?: AbortSignal;
}

/** An instruction and the input that it was written from. */
export interface Proposal {
  readonly instruction: string;
  /** The proposer's input; empty for the student's own instruction. */
  readonly evidence: Readonly<Record<string, string>>;
}

/** Tips on how to write, after the paper (§4.1). One is drawn for each proposal. */
const TIPS: readonly string[] = [
  '',
  'Be creative with the new instruction.',
  'Keep the instruction clear and concise.',
  'Make the instruction informative and descriptive.',
  'Put a high stakes scenario into the instruction, in which the LM must solve the task.',
  'Open the instruction with a persona that suits the task, such as "You are a …".',
];

const DEMOS_SHOWN = 3;
const SUMMARY_CALLS = 10;
const COMPLETE_ANSWERS = 5;

const describeData = ax(
  `"Observe what holds for most or all of these samples of a dataset: topics, form, difficulty, and the task they are for. Answer COMPLETE when the prior observations already say it all."
   examples:string "samples from the dataset", priorObservations?:string "observations made on earlier samples" -> observations:string "what holds for most or all samples, or COMPLETE"`,
);
const summarizeData = ax(
  `"Condense observations on a dataset into two or three sentences with the most important points."
   observations:string "observations on the dataset" -> summary:string "two or three sentences"`,
);
const describeProgram = ax(
  `"Describe which task this language model program solves and how it goes about it."
   programCode:string "the program's calls and their fields", programExample:string "the program in use" -> programDescription:string "the task and the way it is solved"`,
);
const describeModule = ax(
  `"Describe the part that one module plays in a language model program."
   programCode:string "the program's calls and their fields", programDescription:string "what the program does", moduleName:string "the module in question" -> moduleDescription:string "the module's part"`,
);
const proposeInstruction = ax(
  `"Learn about the task from what is given and write a new instruction with which a language model solves it better."
   datasetDescription:string "about the dataset", programDescription:string "about the program", moduleName:string "the module to instruct", moduleDescription:string "its part in the program", taskDemos:string "the module in use", previousInstructions:string "instructions proposed so far", basicInstruction:string "the instruction to improve on", tip?:string "advice on writing" -> proposedInstruction:string "the new instruction, nothing else"`,
);

const NONE = 'Not available.';

const show = (values: Values): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');

const showAll = (list: readonly Values[]): string => list.map(show).join('\n\n');

/** Summarizes the training set in batches of examples. Each call sees the observations of the earlier ones. */
async function datasetSummary(input: ProposerInput): Promise<string> {
  const { ai, trainset, viewDataBatchSize, temperature } = input;
  const options = callOptions(input, temperature);
  let observations = '';
  let complete = 0;
  for (let call = 0; call < SUMMARY_CALLS && call * viewDataBatchSize < trainset.length; call++) {
    const examples = showAll(trainset.slice(call * viewDataBatchSize, (call + 1) * viewDataBatchSize));
    const prior = observations === '' ? {} : { priorObservations: observations };
    const answer = (await describeData.forward(ai, { examples, ...prior }, options)).observations;
    if (!/^complete\b/i.test(answer)) observations = `${observations} ${answer}`.trim();
    else if (++complete >= COMPLETE_ANSWERS) break;
  }
  if (observations === '') return NONE;
  return (await summarizeData.forward(ai, { observations }, options)).summary;
}

const callOptions = (input: ProposerInput, temperature: number) => ({
  modelConfig: { temperature },
  ...(input.abortSignal === undefined ? {} : { abortSignal: input.abortSignal }),
});

/** Describes the program by its calls and fields, because ax keeps no source. */
const programCode = (student: Student): string => student.predictors.map((p) => `${p.id}: ${p.signature}`).join('\n');

/**
 * Returns up to three bootstrapped demos of a predictor, from one set and, if it has too few, from the following ones.
 */
function demosShown(input: ProposerInput, predictor: Predictor, set: number): string {
  if (!input.fewshotAware || set === 0) return NONE;
  const sets = [...input.demoSets.slice(set), ...input.demoSets.slice(0, set)];
  const demos = sets.flatMap((s) => s[predictor.id] ?? []).filter((d) => d.bootstrapped);
  return demos.length === 0 ? NONE : showAll(demos.slice(0, DEMOS_SHOWN).map((d) => d.values));
}

async function programNotes(input: ProposerInput, predictor: Predictor, taskDemos: string) {
  const moduleName = `${predictor.id}: ${predictor.signature}`;
  if (!input.programAware) return { moduleName, programDescription: NONE, moduleDescription: NONE };
  const code = programCode(input.student);
  const options = callOptions(input, 0);
  const { programDescription } = await describeProgram.forward(
    input.ai,
    { programCode: code, programExample: taskDemos },
    options,
  );
  const { moduleDescription } = await describeModule.forward(
    input.ai,
    { programCode: code, programDescription, moduleName },
    options,
  );
  return { moduleName, programDescription, moduleDescription };
}

async function proposeOne(
  input: ProposerInput,
  predictor: Predictor,
  set: number,
  grounding: { readonly datasetDescription: string; readonly previousInstructions: string },
): Promise<Proposal> {
  const taskDemos = demosShown(input, predictor, set);
  const notes = await programNotes(input, predictor, taskDemos);
  const tip = input.tipAware ? input.random.pick(TIPS) : '';
  const evidence = {
    ...grounding,
    ...notes,
    taskDemos,
    basicInstruction: predictor.instruction || NONE,
    ...(tip === '' ? {} : { tip }),
  };
  const answer = await proposeInstruction.forward(input.ai, evidence, callOptions(input, input.temperature));
  return { instruction: answer.proposedInstruction.trim(), evidence };
}

/**
 * Proposes instructions to choose from, by predictor id. The first is the student's own, and all are different. As in
 * the paper (§4.1), the proposer sees a summary of the data, descriptions of the program and of the module,
 * bootstrapped demos, the instructions proposed so far, and a tip.
 */
export async function proposals(input: ProposerInput): Promise<Record<string, Proposal[]>> {
  const datasetDescription = input.dataAware ? await datasetSummary(input) : NONE;
  const out: Record<string, Proposal[]> = {};
  for (const predictor of input.student.predictors) {
    const own: Proposal = { instruction: predictor.instruction, evidence: {} };
    const list: Proposal[] = [own];
    for (let set = 1; set < input.count; set++) {
      input.abortSignal?.throwIfAborted();
      const previousInstructions = list.map((p, i) => `${i + 1}. ${p.instruction || NONE}`).join('\n');
      const shownSet = set % Math.max(1, input.demoSets.length);
      const next = await proposeOne(input, predictor, shownSet, { datasetDescription, previousInstructions });
      if (next.instruction !== '' && !list.some((p) => p.instruction === next.instruction)) list.push(next);
    }
    out[predictor.id] = list;
  }
  return out;
}
