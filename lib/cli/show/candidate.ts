import { plural } from '../../analysis/format/formats.js';
import { oneLine } from '../../analysis/format/text.js';
import type { CandidateData } from '../../contract/events.js';
import { block, inline, members } from './values.js';

/** A candidate's texts in full, its demonstrations, its model settings. */
export function candidateLines({ texts, demos, modelConfig, state }: CandidateData): string[] {
  const lines = Object.entries(texts).flatMap(([component, text]) => [
    `  ${oneLine(component)}:`,
    ...block(String(text), '    '),
  ]);
  if (demos.length > 0)
    lines.push(`  ${plural(demos.length, 'demonstration set')}:`, ...demos.map((demo) => `    ${inline(demo)}`));
  if (modelConfig) lines.push(`  model settings: ${members(modelConfig)}`);
  if (state !== undefined) lines.push(`  state: ${inline(state)}`);
  return lines.length > 0 ? lines : ['  (nothing in it: no text, no demonstration)'];
}
