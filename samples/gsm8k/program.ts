import { ax } from '@ax-llm/ax';

/** The instruction every search starts from. Deliberately plain, so that there is something to improve. */
export const SEED_INSTRUCTION = 'Answer the word problem.';

/** A fresh chain-of-thought program, as `dspy.ChainOfThought("question -> answer")`: reasoning first, then the answer. */
export function chainOfThought() {
  const program = ax(
    'question:string "a word problem" -> reasoning:string "the work that leads to the answer", answer:string "the answer"',
  );
  program.setInstruction(SEED_INSTRUCTION);
  return program;
}

/** The type of that program. */
export type ChainOfThought = ReturnType<typeof chainOfThought>;
