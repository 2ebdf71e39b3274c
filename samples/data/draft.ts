import { evaluate } from '../gsm8k/arithmetic.js';
import type { Random } from '../random.js';

/** A problem before it is written: the question, the worked lines and the answer. */
export interface Draft {
  readonly question: string;
  readonly lines: readonly string[];
  readonly answer: number;
}

/** Creates a problem from randomly drawn names and numbers, and solves it. */
export type Template = (draw: Draw) => Draft;

/** A computed value that renders in GSM8K's style: `48/2 = <<48/2=24>>24`. */
export interface Calc {
  readonly value: number;
  toString(): string;
}

/** Evaluates an expression, so that text and value always agree. */
export function calc(expression: string): Calc {
  const value = evaluate(expression) ?? Number.NaN;
  return { value, toString: () => `${expression} = <<${expression}=${value}>>${value}` };
}

/** A person in a problem, with pronouns. */
export interface Person {
  readonly name: string;
  readonly they: string;
  readonly their: string;
}

const HER = [
  'Amara',
  'Birgit',
  'Chidi',
  'Dolores',
  'Esme',
  'Farah',
  'Greta',
  'Hanako',
  'Ines',
  'Junia',
  'Kavya',
  'Lotte',
];
const HIS = [
  'Anders',
  'Bashir',
  'Cormac',
  'Dmitri',
  'Emeka',
  'Felipe',
  'Gustavo',
  'Hamid',
  'Ivo',
  'Joaquin',
  'Kenji',
  'Luca',
];

/** Random source of templates: numbers and people. */
export interface Draw extends Random {
  /** Returns `n` different people. */
  people(n: number): Person[];
  /** Returns one person. */
  person(): Person;
  /** Returns a multiple of `step` in [low, high]. */
  multiple(step: number, low: number, high: number): number;
}

/** Adds people to a random source. */
export function draw(source: Random): Draw {
  const everyone: Person[] = [
    ...HER.map((name) => ({ name, they: 'she', their: 'her' })),
    ...HIS.map((name) => ({ name, they: 'he', their: 'his' })),
  ];
  return {
    ...source,
    people: (n) => source.sample(everyone, n),
    person: () => source.pick(everyone),
    multiple: (step, low, high) => step * source.int(Math.ceil(low / step), Math.floor(high / step)),
  };
}

/** Returns whether every annotated value is a positive integer of at most five digits, as in grade-school problems. */
export function isSound(draft: Draft): boolean {
  const values = draft.lines.flatMap((line) => [...line.matchAll(/=(-?[\d.]+|NaN)>>/g)].map((m) => Number(m[1])));
  const fits = (n: number): boolean => Number.isInteger(n) && n > 0 && n < 100_000;
  return values.length >= 2 && values.every(fits) && fits(draft.answer) && values.at(-1) === draft.answer;
}
