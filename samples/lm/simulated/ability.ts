import { equations } from '../../gsm8k/arithmetic.js';
import { unitHash } from '../../random.js';
import { ADVICE, asksForBrevity, type Habit, habitsIn, mixesUnits } from './advice.js';
import type { RenderedPrompt } from './prompt.js';

/** Decision about a reply. */
export interface Verdict {
  /** Whether the value in the reply is right. */
  readonly solved: boolean;
  /** Whether the answer is a bare number. */
  readonly bare: boolean;
  /** The habit that is missing if the reply is wrong. */
  readonly weakness: Habit;
}

const BASE_WITH_REASONING = 0.42;
const BASE_WITHOUT = 0.2;
const DEMO_GAIN = 0.2;
const CEILING = 0.93;
const WORDS_FREE_OF_CHARGE = 200;

const words = (text: string): string[] => text.toLowerCase().match(/[a-z]{4,}/g) ?? [];

/** Returns the share of a demo question's longer words that the current question also has. */
function relevance(demo: string, question: string): number {
  const asked = new Set(words(question));
  const own = [...new Set(words(demo))];
  return own.length === 0 ? 0 : own.filter((w) => asked.has(w)).length / own.length;
}

const value = (demo: Readonly<Record<string, string>>, pattern: RegExp): string =>
  Object.entries(demo).find(([title]) => pattern.test(title))?.[1] ?? '';

/**
 * Returns the contribution of a demo: worked and correct ones help most, bare answers little, wrong arithmetic hurts.
 */
function demoWorth(demo: Readonly<Record<string, string>>, question: string): number {
  const reasoning = value(demo, /reason|rationale|thought|work/i);
  if (reasoning === '') return 0.12;
  const steps = equations(reasoning);
  if (steps.some((s) => !s.correct)) return -0.4;
  const depth = Math.min(1, 0.5 + steps.length / 6);
  return depth * (0.75 + 0.5 * Math.min(1, 2 * relevance(value(demo, /question|problem/i), question)));
}

/** Returns the habit that a problem needs most: units if it mixes units, else a random one. */
export function weaknessOf(seed: number, question: string): Habit {
  const lot = unitHash(`${seed}|weakness|${question}`);
  if (mixesUnits(question) && lot < 0.35) return 'units';
  const others: readonly Habit[] = ['steps', 'verify', 'quantities', 'asked', 'verify', 'steps'];
  return others[Math.floor(unitHash(`${seed}|which|${question}`) * others.length)] ?? 'verify';
}

/** Returns the probability, in [0, 0.93], that this prompt solves a problem with this weakness. */
export function ability(prompt: RenderedPrompt, question: string, weakness: Habit): number {
  const reasons = prompt.outputs.some((o) => /reason|rationale|thought|work/i.test(o.key));
  const habits = habitsIn(prompt.task);
  const advice = ADVICE.filter((a) => habits.has(a.habit)).reduce(
    (sum, a) => sum + a.gain * (a.habit === weakness ? 2.4 : 0.8),
    0,
  );
  const shown = prompt.demos.reduce((sum, demo) => sum + demoWorth(demo, question), 0);
  const demos = shown < 0 ? Math.max(-0.15, 0.1 * shown) : DEMO_GAIN * (1 - Math.exp(-shown / 1.8));
  const length = prompt.task.split(/\s+/).length;
  const tooLong = Math.min(0.12, Math.max(0, length - WORDS_FREE_OF_CHARGE) * 0.0006);
  const brevity = asksForBrevity(prompt.task) ? 0.1 : 0;
  return Math.min(CEILING, (reasons ? BASE_WITH_REASONING : BASE_WITHOUT) + advice + demos - tooLong - brevity);
}

/**
 * Decides a reply. Each problem has a fixed difficulty in [0, 1) that depends on the seed, and is solved if the
 * prompt's ability exceeds it. A better prompt therefore solves the problems of a worse one and more. As with a real
 * LM, this is not exact: each prompt has a jitter of ±0.03.
 */
export function judge(seed: number, prompt: RenderedPrompt, question: string): Verdict {
  const weakness = weaknessOf(seed, question);
  const difficulty = unitHash(`${seed}|difficulty|${question}`);
  const print = JSON.stringify([prompt.task, prompt.demos.length, prompt.demos[0] ?? null]);
  const jitter = 0.06 * (unitHash(`${seed}|${print}|${question}`) - 0.5);
  const solved = ability(prompt, question, weakness) + jitter > difficulty;
  const requested = habitsIn(`${prompt.task} ${prompt.outputs.map((o) => o.description).join(' ')}`).has('format');
  const shown = prompt.demos.some((d) => /^-?[\d,.]+$/.test(value(d, /answer/i)));
  const sloppy = unitHash(`${seed}|form|${question}`);
  return { solved, bare: sloppy > (requested || shown ? 0.01 : 0.2), weakness };
}
