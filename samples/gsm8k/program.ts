import { ax } from '@ax-llm/ax';

/** Instruction that every search starts from. It is plain on purpose, so that there is something to improve. */
export const SEED_INSTRUCTION = 'Answer the word problem.';

/**
 * Creates a chain-of-thought program like `dspy.ChainOfThought("question -> answer")`: reasoning first, then the
 * answer.
 */
export function chainOfThought() {
  const program = ax(
    'question:string "a word problem" -> reasoning:string "the work that leads to the answer", answer:string "the answer"',
  );
  program.setInstruction(SEED_INSTRUCTION);
  return program;
}

/** Type of {@link chainOfThought}'s program. */
export type ChainOfThought = ReturnType<typeof chainOfThought>;
