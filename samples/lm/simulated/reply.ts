import type { Problem } from '../../gsm8k/data.js';
import { unitHash } from '../../random.js';
import { judge } from './ability.js';
import { type ChatMessage, type OutputField, type RenderedPrompt, readPrompt } from './prompt.js';
import { dressUp, guess, rightWork, wrongWork } from './work.js';
import {
  critique,
  describeModule,
  describeProgram,
  observe,
  propose,
  reflect,
  summarize,
  type Writer,
} from './write.js';

/** Seed and solutions of the simulated LM. */
export interface Knowledge {
  /** Any integer. It decides which problems are hard. */
  readonly seed: number;
  /** Problems whose solutions it knows, by question. */
  readonly problems: ReadonlyMap<string, Problem>;
}

const WRITERS: Readonly<Record<string, Writer>> = {
  feedbackSummary: critique,
  newValue: reflect,
  newInstruction: reflect,
  observations: observe,
  summary: summarize,
  programDescription: describeProgram,
  moduleDescription: describeModule,
  proposedInstruction: propose,
};

function solve(know: Knowledge, prompt: RenderedPrompt, question: string): Readonly<Record<string, string>> {
  const verdict = judge(know.seed, prompt, question);
  const problem = know.problems.get(question);
  const work =
    problem === undefined
      ? guess(question)
      : verdict.solved
        ? rightWork(problem)
        : wrongWork(problem, verdict.weakness);
  return { reasoning: work.reasoning, answer: verdict.bare ? work.value : dressUp(question, work.value) };
}

/** Returns a value of the right type for an unknown field. */
function anything(field: OutputField, prompt: RenderedPrompt): string {
  const lot = unitHash(`${field.key}|${JSON.stringify(prompt.inputs)}`);
  const type = field.description.match(/^\(This (.*?) field must be included\)/)?.[1] ?? 'string';
  const classes = field.description.match(/Allowed values: ([^.]*)/)?.[1]?.split(/,\s*/) ?? [];
  if (classes.length > 0) return classes[Math.floor(lot * classes.length)] ?? '';
  if (/^number\b/.test(type)) return String(Math.round(lot * 100) / 100);
  if (/^boolean\b/.test(type)) return String(lot < 0.5);
  if (/^date\b/.test(type)) return '2024-05-09';
  if (/array/.test(type)) return '[]';
  if (/json/i.test(type)) return '{}';
  return `The simulated LM has nothing to say on ${field.title.toLowerCase()}.`;
}

function fieldValue(know: Knowledge, prompt: RenderedPrompt, field: OutputField): string {
  const writer = WRITERS[field.key];
  if (writer !== undefined) return writer(prompt, know.seed);
  const question = prompt.inputs['Question'];
  if (question === undefined) return anything(field, prompt);
  const solution = solve(know, prompt, question);
  if (/answer|result/i.test(field.key)) return solution['answer'] ?? '';
  if (/reason|rationale|thought|work/i.test(field.key)) return solution['reasoning'] ?? '';
  return anything(field, prompt);
}

/** Returns the reply to a chat: a pure function of seed, problems and messages. */
export function reply(know: Knowledge, messages: readonly ChatMessage[]): string {
  const prompt = readPrompt(messages);
  if (prompt.outputs.length === 0) return 'This is the simulated LM. It answers prompts that ax has rendered.';
  return prompt.outputs.map((field) => `${field.key}: ${fieldValue(know, prompt, field)}`).join('\n');
}
