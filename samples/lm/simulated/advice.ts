/** A habit that helps with word problems. The simulated LM fails if one of them is missing. */
export type Habit = 'steps' | 'verify' | 'units' | 'quantities' | 'asked' | 'format';

/** How instructions ask for a habit, and how much it helps. */
export interface Advice {
  readonly habit: Habit;
  /** Matches every text that asks for the habit. */
  readonly pattern: RegExp;
  /** Sentences for instructions that the simulated LM writes. */
  readonly wordings: readonly string[];
  /** A critic's remark if the habit was missing. */
  readonly complaint: string;
  /** Gain in the probability to solve an average problem. */
  readonly gain: number;
}

/** Every habit, in the order in which a good instruction lists them. */
export const ADVICE: readonly Advice[] = [
  {
    habit: 'quantities',
    pattern:
      /\b(list|write down|note|identify|extract|restate)\b[^.]{0,40}\b(quantit|numbers?|amounts?|values?|facts?|given|known)/i,
    wordings: ['First list every quantity given in the problem.', 'Write down the known amounts before you calculate.'],
    complaint: 'numbers of the problem were misread',
    gain: 0.05,
  },
  {
    habit: 'asked',
    pattern:
      /\b(what|which quantity)\b[^.]{0,40}\b(is|being|are|gets?) (being )?asked|\basks? for\b|\bthe question asked\b/i,
    wordings: [
      'State what is being asked before you answer.',
      'Make sure the answer is the quantity the problem asks for.',
    ],
    complaint: 'the answer given was an intermediate quantity, not the one asked for',
    gain: 0.05,
  },
  {
    habit: 'steps',
    pattern: /step[- ]by[- ]step|one step at a time|each step|step at a time|break[^.]{0,30}(down|into)|intermediate/i,
    wordings: [
      'Reason step by step and show each intermediate result.',
      'Break the problem into small steps and solve them in order.',
    ],
    complaint: 'the work stopped before the last step',
    gain: 0.08,
  },
  {
    habit: 'units',
    pattern: /\bunits?\b|\bconvert/i,
    wordings: [
      'Convert all amounts to the same unit before combining them.',
      'Keep track of units such as hours, minutes, dozens and percent.',
    ],
    complaint: 'units were mixed without conversion',
    gain: 0.05,
  },
  {
    habit: 'verify',
    pattern: /\b(double-?check|check|verify|recheck|recompute|re-?calculate)\b/i,
    wordings: ['Verify every calculation before going on.', 'Double-check the arithmetic of each line.'],
    complaint: 'a calculation was wrong',
    gain: 0.07,
  },
  {
    habit: 'format',
    pattern:
      /\b(only|just|bare|single|plain)\b[^.]{0,30}\b(number|integer|numeral)|\b(number|integer|numeral)\b[^.]{0,20}\b(only|alone|nothing else)|without (any )?(units?|words)/i,
    wordings: ['Give only the final number as the answer.', 'The answer must be a single number and nothing else.'],
    complaint: 'the answer carried words or symbols besides the number',
    gain: 0.01,
  },
];

/** Returns the habits that a text asks for. */
export const habitsIn = (text: string): Set<Habit> =>
  new Set(ADVICE.filter((a) => a.pattern.test(text)).map((a) => a.habit));

/** Returns whether a text asks for short answers, which costs accuracy. */
export const asksForBrevity = (text: string): boolean =>
  /\b(be brief|briefly|as short as possible|no explanation|without explanation|do not explain|don't explain)\b/i.test(
    text,
  );

/** Returns whether a question mixes units, so that conversions matter. */
export const mixesUnits = (question: string): boolean =>
  /\b(hours?|minutes?|dozen|percent|litres?|liters?|millilit\w+|metres?|meters?|centimet\w+|kilo\w+|km|kg|grams?|weeks?|days?|feet|inches|yards?|cents?)\b|%/i.test(
    question,
  );
