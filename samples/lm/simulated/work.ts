import { equations, evaluate } from '../../gsm8k/arithmetic.js';
import type { Problem } from '../../gsm8k/data.js';
import { hash32 } from '../../random.js';
import type { Habit } from './advice.js';

/** Reasoning of a reply and the value that it ends with. */
export interface Work {
  readonly reasoning: string;
  readonly value: string;
}

const linesOf = (problem: Problem): string[] => problem.rationale.split('\n').filter((l) => l.trim() !== '');

/** Returns the known rationale. */
export const rightWork = (problem: Problem): Work => ({ reasoning: linesOf(problem).join(' '), value: problem.answer });

/** Gets the last calculation wrong by a few units. */
function slip(problem: Problem): Work {
  const lines = linesOf(problem);
  const off = 1 + (hash32(problem.question) % 9);
  const right = Number(problem.answer);
  const wrong = String(right > off && hash32(`${problem.question}|sign`) % 2 === 0 ? right - off : right + off);
  const at = lines.findLastIndex((l) => l.includes(`= ${problem.answer}`));
  if (at < 0) return { reasoning: `The result is about ${wrong}.`, value: wrong };
  const bad = lines.map((l, i) => (i === at ? l.replace(`= ${problem.answer}`, `= ${wrong}`) : l));
  return { reasoning: bad.join(' '), value: wrong };
}

/** Stops one step early and returns the last value so far. */
function stopEarly(problem: Problem): Work | undefined {
  const lines = linesOf(problem).slice(0, -1);
  const last = equations(lines.join(' ')).at(-1);
  if (last === undefined || String(last.result) === problem.answer) return undefined;
  return { reasoning: lines.join(' '), value: String(last.result) };
}

/** Does all steps right and returns an intermediate value. */
function wrongQuantity(problem: Problem): Work | undefined {
  const first = equations(problem.rationale)[0];
  if (first === undefined || String(first.result) === problem.answer) return undefined;
  return { reasoning: linesOf(problem).join(' '), value: String(first.result) };
}

/** Misreads a number in the first line and continues with it. */
function misread(problem: Problem): Work | undefined {
  const renamed = new Map<string, string>();
  const lines: string[] = [];
  for (const line of linesOf(problem)) {
    const step = equations(line)[0];
    if (step === undefined) return undefined;
    const expression = step.expression.replace(/\d+(\.\d+)?/g, (n) => renamed.get(n) ?? n);
    const changed = lines.length === 0 ? expression.replace(/\d+/, (n) => String(Number(n) + 3)) : expression;
    const value = evaluate(changed);
    if (value === undefined || value <= 0 || !Number.isInteger(value)) return undefined;
    renamed.set(String(step.result), String(value));
    lines.push(line.replace(`${step.expression} = ${step.result}`, `${changed} = ${value}`));
  }
  const last = equations(lines.at(-1) ?? '')[0];
  if (last === undefined || String(last.result) === problem.answer) return undefined;
  return { reasoning: lines.join(' '), value: String(last.result) };
}

/** Combines the numbers without converting units. */
function mixUnits(problem: Problem): Work | undefined {
  const [a, b] = (problem.question.match(/\d+/g) ?? []).map(Number);
  if (a === undefined || b === undefined || String(a + b) === problem.answer) return undefined;
  return { reasoning: `Taking the numbers as they are given, ${a}+${b} = ${a + b}.`, value: String(a + b) };
}

const FAILURES: Readonly<Partial<Record<Habit, (problem: Problem) => Work | undefined>>> = {
  steps: stopEarly,
  asked: wrongQuantity,
  quantities: misread,
  units: mixUnits,
};

/**
 * Returns plausible wrong work that shows a weakness. If the problem cannot show it, the work has an arithmetic slip.
 */
export const wrongWork = (problem: Problem, weakness: Habit): Work => FAILURES[weakness]?.(problem) ?? slip(problem);

/** Answers an unknown question with arithmetic on its numbers, which is right only by chance. */
export function guess(question: string): Work {
  const [a = 1, b = 1, c] = (question.match(/\d[\d,]*(\.\d+)?/g) ?? []).map((n) => Number(n.replaceAll(',', '')));
  const product = a * b;
  const value =
    c === undefined ? product : /\b(left|remain|fewer|less|after)\b/i.test(question) ? product - c : product + c;
  return { reasoning: `I combine the numbers of the problem and get ${value}.`, value: String(value) };
}

/** Adds words or a unit to a value, like a sloppy reply. */
export function dressUp(question: string, value: string): string {
  if (/dollar|\$/.test(question)) return `$${value}`;
  const unit = question.match(/how (?:many|much) (?:more |whole |usable )?([a-z]+)/i)?.[1];
  return unit === undefined ? `The answer is ${value}.` : `${value} ${unit}`;
}
