import type { Paint } from '../../analysis/format/paint.js';
import { clean } from '../../analysis/format/text.js';
import type { TextDiff } from './texts.js';

/** A comparison of two texts gives up after this long, in milliseconds. */
const TIMEOUT_MS = 2_000;
/** What stays the same is shown for so many characters on each side of a change. */
const CONTEXT = 60;

/** A text with what changed in it, word by word, as `git diff --word-diff` marks it: `[-before-]{+after+}`. */
export async function wordLines({ before, after }: TextDiff, paint: Paint): Promise<string[]> {
  const { diffWordsWithSpace } = await import('diff');
  const parts = diffWordsWithSpace(before ?? '', after ?? '', { timeout: TIMEOUT_MS });
  if (!parts) return ['(too different to compare word by word)'];
  const shown = parts.map(({ value, added, removed }, at) => {
    const text = clean(value, Number.POSITIVE_INFINITY);
    if (added) return paint('green', `{+${text}+}`);
    if (removed) return paint('red', `[-${text}-]`);
    return shortened(text, at > 0, at < parts.length - 1);
  });
  return shown.join('').split('\n');
}

/** The ends of what stays the same that lie beside a change. */
function shortened(text: string, hasBefore: boolean, hasAfter: boolean): string {
  const characters = [...text];
  const [head, tail] = [hasBefore ? CONTEXT : 0, hasAfter ? CONTEXT : 0];
  if (characters.length <= head + tail + 1) return text;
  return `${characters.slice(0, head).join('')}…${tail === 0 ? '' : characters.slice(-tail).join('')}`;
}
