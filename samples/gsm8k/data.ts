import { readFileSync } from 'node:fs';
import { dataFile } from '../data/files.js';

/**
 * A grade-school word problem. It is a type alias, not an interface, so that it can be assigned to ax's example type.
 */
export type Problem = {
  /** Text of the problem, the program's input. */
  readonly question: string;
  /** The final answer: the number after `####`, without thousands commas. */
  readonly answer: string;
  /** The worked steps, without GSM8K's `<<…>>` calculator annotations. */
  readonly rationale: string;
};

/** A line that is not in GSM8K's format. The message names the file, the line, the expected format and the text. */
export class DataFormatError extends Error {
  override readonly name = 'DataFormatError';
  constructor(
    readonly source: string,
    readonly line: number,
    problem: string,
    text: string,
  ) {
    super(
      `${source}, line ${line}: ${problem}. Expected {"question": "…", "answer": "steps\\n#### 72"} on one line, got: ${text.slice(0, 120)}${text.length > 120 ? '…' : ''}`,
    );
  }
}

function parseLine(text: string, source: string, line: number): Problem {
  const fail = (problem: string): never => {
    throw new DataFormatError(source, line, problem, text);
  };
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return fail('not valid JSON');
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return fail('not a JSON object');
  const { question, answer } = row as Record<string, unknown>;
  if (typeof question !== 'string' || question.trim() === '') return fail('"question" is not a non-empty string');
  if (typeof answer !== 'string') return fail('"answer" is not a string');
  const [steps, final, ...more] = answer.split('####');
  if (final === undefined || more.length > 0) return fail('"answer" does not hold exactly one "####"');
  const value = final.trim().replaceAll(',', '');
  if (!/^-?\d+(\.\d+)?$/.test(value)) return fail(`"${final.trim()}" after "####" is not a number`);
  const rationale = (steps ?? '').replace(/<<[^>]*>>/g, '').trim();
  return { question: question.trim(), answer: value, rationale };
}

/**
 * Reads problems in GSM8K's JSONL format (Cobbe et al. 2021, "Training Verifiers to Solve Math Word Problems").
 * Empty lines are skipped. `source` names the text in error messages.
 */
export function parseGsm8k(text: string, source: string): Problem[] {
  const problems = text
    .split(/\r?\n/)
    .flatMap((line, i) => (line.trim() === '' ? [] : [parseLine(line, source, i + 1)]));
  if (problems.length === 0) throw new DataFormatError(source, 1, 'the file holds no problem', text);
  return problems;
}

/** Reads a file in GSM8K's JSONL format. */
export const loadGsm8k = (file: string): Problem[] => parseGsm8k(readFileSync(file, 'utf8'), file);

/** A training and a test set. */
export interface Split {
  readonly train: readonly Problem[];
  readonly test: readonly Problem[];
}

/** Loads the problems of this repository, or a file, whose last third becomes the test set. */
export function loadSplit(file?: string): Split {
  if (file === undefined) {
    return {
      train: loadGsm8k(dataFile('gsm8k-style-train.jsonl')),
      test: loadGsm8k(dataFile('gsm8k-style-test.jsonl')),
    };
  }
  const all = loadGsm8k(file);
  const cut = Math.ceil((all.length * 2) / 3);
  return { train: all.slice(0, cut), test: all.slice(cut) };
}
