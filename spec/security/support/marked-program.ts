import * as ax from '@ax-llm/ax';
import { mark } from './marks.js';

export type Program = ReturnType<typeof markedProgram>;

/** Examples with marks in a question, a gold answer and a nested field. */
export const EXAMPLES = Array.from({ length: 6 }, (_, n) => ({
  question: `${mark('input', 'Question')} ${n}`,
  answer: mark('input', 'Gold'),
  notes: { inner: [mark('input', 'Nested')] },
}));

/** A program with marks in its instruction, its descriptions and its demos. */
export function markedProgram(options: object = {}) {
  const signature = `"${mark('prompt', 'Description')}" question:string "${mark('prompt', 'Field')}" -> answer:string`;
  const made = ax.ax(signature as 'question:string -> answer:string', options);
  made.setInstruction(mark('prompt', 'Instruction'));
  const traces = [{ question: mark('both', 'DemoQuestion'), answer: mark('both', 'DemoAnswer') }];
  made.setDemos([{ programId: made.getId(), traces }] as never);
  return made;
}

/** A metric whose scores alternate, so that a search has something to do, and which sometimes throws. */
export function alternating(): () => number {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls % 7 !== 5) return calls % 2;
    throw new Error(mark('any', 'MetricError'), { cause: new TypeError(mark('any', 'MetricCause')) });
  };
}
