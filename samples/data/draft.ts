import { evaluate } from '../gsm8k/arithmetic.js';
import type { Random } from '../random.js';

/** A problem before it is written out: the question, its worked lines, the integer that answers it. */
export interface Draft {
  readonly question: string;
  readonly lines: readonly string[];
  readonly answer: number;
}

/** A family of problems: draws names and numbers, and works the problem out with them. */
export type Template = (draw: Draw) => Draft;

/** A computed value that renders as GSM8K writes it: `48/2 = <<48/2=24>>24`. */
export interface Calc {
  readonly value: number;
  toString(): string;
}

/** Evaluates an expression once, so that the text and the number can never disagree. */
export function calc(expression: string): Calc {
  const value = evaluate(expression) ?? Number.NaN;
  return { value, toString: () => `${expression} = <<${expression}=${value}>>${value}` };
}

/** Someone in a story, with the pronouns that go with the name. */
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

/** What a template draws from: seeded numbers, plus people. */
export interface Draw extends Random {
  /** `n` different people. */
  people(n: number): Person[];
  /** One person. */
  person(): Person;
  /** A multiple of `step` in [low, high]. */
  multiple(step: number, low: number, high: number): number;
}

/** Adds people to a seeded source. */
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

/** Whether every annotated value is a positive integer of at most five digits, as grade-school problems want. */
export function isSound(draft: Draft): boolean {
  const values = draft.lines.flatMap((line) => [...line.matchAll(/=(-?[\d.]+|NaN)>>/g)].map((m) => Number(m[1])));
  const fits = (n: number): boolean => Number.isInteger(n) && n > 0 && n < 100_000;
  return values.length >= 2 && values.every(fits) && fits(draft.answer) && values.at(-1) === draft.answer;
}
