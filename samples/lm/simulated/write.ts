import { hash32, random, unitHash } from '../../random.js';
import { ADVICE, type Habit, habitsIn, mixesUnits } from './advice.js';
import { habitsNeeded, readEvidence } from './diagnose.js';
import type { RenderedPrompt } from './prompt.js';

/** Writes the value of one output field of a prompt. */
export type Writer = (prompt: RenderedPrompt, seed: number) => string;

const wording = (habit: Habit, salt: string): string => {
  const options = ADVICE.find((a) => a.habit === habit)?.wordings ?? [];
  return options[hash32(`${salt}|${habit}`) % Math.max(1, options.length)] ?? '';
};

/** Joins sentences about habits in the order of {@link ADVICE}. */
const inOrder = (habits: Iterable<Habit>, salt: string): string => {
  const wanted = new Set(habits);
  return ADVICE.filter((a) => wanted.has(a.habit))
    .map((a) => wording(a.habit, salt))
    .join(' ');
};

const fingerprint = (prompt: RenderedPrompt): string => JSON.stringify([prompt.inputs, prompt.task]);

/** GEPA's critic: names the failures of the minibatch, most frequent first. */
export const critique: Writer = (prompt) => {
  const needed = habitsNeeded(readEvidence(prompt.inputs['Minibatch'] ?? ''));
  if (needed.length === 0) return 'No failure in this batch; keep the current wording.';
  const notes = needed.map((h) => ADVICE.find((a) => a.habit === h)?.complaint ?? h);
  return `Most failures share a cause: ${notes.join('; ')}.`;
};

/** GEPA's proposer: adds advice against the most frequent failures that the current text does not cover yet. */
export const reflect: Writer = (prompt, seed) => {
  const current = (prompt.inputs['Current Value'] ?? prompt.inputs['Current Instruction'] ?? '').trim();
  const print = `${seed}|${fingerprint(prompt)}`;
  const has = habitsIn(current);
  const missing = habitsNeeded(readEvidence(prompt.inputs['Minibatch'] ?? '')).filter((h) => !has.has(h));
  const luck = unitHash(`${print}|luck`);
  if (missing.length === 0 || luck < 0.12) return `${current} Read the problem carefully and think it over.`.trim();
  return `${current} ${inOrder(missing.slice(0, luck < 0.5 ? 1 : 2), print)}`.trim();
};

/** MIPROv2's dataset descriptor: describes what the examples have in common. */
export const observe: Writer = (prompt) => {
  const shown = prompt.inputs['Examples'] ?? '';
  const prior = prompt.inputs['Prior Observations'] ?? '';
  const notes = [
    'The inputs are short stories that end in one question, and the expected answer is a single number.',
    /\n|steps?|rationale/i.test(shown) ? 'Solving them takes several steps with intermediate results.' : '',
    mixesUnits(shown) ? 'Many mix units such as minutes and hours, dozens, percent or metric measures.' : '',
    /left|remain|missing|over\?/i.test(shown) ? 'What is asked for is often what remains at the end.' : '',
    /\b(each|every|apiece)\b/i.test(shown) ? 'Quantities are given per item and must be written down with care.' : '',
  ].filter((n) => n !== '' && !prior.includes(n));
  return notes.length === 0 ? 'COMPLETE' : notes.join(' ');
};

/** MIPROv2's summarizer: the first three observations. */
export const summarize: Writer = (prompt) =>
  (prompt.inputs['Observations'] ?? '')
    .match(/[^.]+\./g)
    ?.slice(0, 4)
    .join('')
    .trim() || 'Word problems with a numeric answer.';

/** MIPROv2's program describer. */
export const describeProgram: Writer = () =>
  'The program reads a word problem, works it out in a reasoning field and returns the resulting number.';

/** MIPROv2's module describer. */
export const describeModule: Writer = (prompt) =>
  `This module turns ${(prompt.inputs['Module Name'] ?? 'its inputs').slice(0, 120)} in a single LM call.`;

const EVIDENCE: Readonly<Record<Habit, RegExp>> = {
  steps: /several steps|intermediate/i,
  units: /\bunits?\b/i,
  asked: /asked for|ends? in one question/i,
  quantities: /quantit|written down/i,
  verify: /=|arithmetic|calculat/i,
  format: /single number|number/i,
};

/**
 * MIPROv2's proposer: writes an instruction with two to four habits that its input suggests, in the style of the tip.
 */
export const propose: Writer = (prompt, seed) => {
  const print = `${seed}|${fingerprint(prompt)}`;
  const grounding = Object.values(prompt.inputs).join(' ');
  const lots = random(print);
  const grounded = ADVICE.map((a) => a.habit).filter((h) => EVIDENCE[h].test(grounding));
  const chosen = lots.sample(grounded, lots.int(2, 4));
  const tip = prompt.inputs['Tip'] ?? '';
  const opening = /persona/i.test(tip)
    ? 'You are a patient mathematics teacher.'
    : /high stakes/i.test(tip)
      ? 'A child is waiting for the right answer, so take no chances.'
      : 'Solve the word problem.';
  return `${opening} ${inOrder(chosen, print)}`.trim();
};
