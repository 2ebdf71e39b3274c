import type { Json } from '../values.js';

/** The parts of a saved program that loading depends on. Other parts, such as ax's training examples, may differ. */
export const STATE_PARTS: readonly string[] = [
  'texts',
  'componentMap',
  'demos',
  'modelConfig',
  'state',
  'baseInstruction',
  'renderedPlaybook',
];

/** Returns the parts of a saved program that loading depends on. */
export function stateParts(program: Json): Json {
  if (program === null || typeof program !== 'object' || Array.isArray(program)) return program;
  return Object.fromEntries(Object.entries(program).filter(([part]) => STATE_PARTS.includes(part)));
}
