import { type ChangeObject, diffLines, diffWordsWithSpace } from 'diff';

/** A stretch of a diff. `line`: whole lines; `word`: parts of lines that are otherwise the same. */
export interface Stretch {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Texts longer than this, together, are not compared: that would take minutes. */
const COMPARABLE = 2_000_000;
/** Changed stretches longer than this, together, are not compared word by word. */
const WORDY = 20_000;
const TIMEOUT_MS = 400;

/** The changes from one text to the other, by lines and within them by words; `null` if the texts are too long for that. */
export function textDiff(before: string, after: string): readonly Stretch[] | null {
  if (before === after) return [{ kind: 'same', text: after }];
  if (before.length + after.length > COMPARABLE) return null;
  const lines = diffLines(before, after, { timeout: TIMEOUT_MS });
  if (lines === undefined) return null;
  return paired(lines).flatMap(([removed, added, same]) => {
    if (same !== null) return [{ kind: 'same' as const, text: same }];
    return words(removed, added);
  });
}

type Pair = readonly [removed: string, added: string, same: string | null];

/** Puts removed text directly before the text that replaced it. */
function paired(changes: readonly ChangeObject<string>[]): Pair[] {
  const pairs: Pair[] = [];
  for (const { added, removed, value } of changes) {
    const last = pairs.at(-1);
    if (!added && !removed) pairs.push(['', '', value]);
    else if (added && last && last[2] === null && last[1] === '') pairs[pairs.length - 1] = [last[0], value, null];
    else pairs.push(added ? ['', value, null] : [value, '', null]);
  }
  return pairs;
}

function words(removed: string, added: string): Stretch[] {
  const whole = stretches(removed, added);
  if (removed === '' || added === '' || removed.length + added.length > WORDY) return whole;
  const found = diffWordsWithSpace(removed, added, { timeout: TIMEOUT_MS });
  if (found === undefined) return whole;
  const kept = found.reduce(
    (sum, { added: isNew, removed: isOld, value }) => sum + (isNew || isOld ? 0 : value.length),
    0,
  );
  // If hardly a word is the same, single words in common only make it harder to read.
  if (kept < 0.5 * Math.min(removed.length, added.length)) return whole;
  return joined(
    found.map(({ added: isNew, removed: isOld, value }) => ({
      kind: isNew ? 'added' : isOld ? 'removed' : 'same',
      text: value,
    })),
  );
}

/** Changes with nothing but spaces and signs between them are one change: word by word they cannot be read. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  let [removed, added] = ['', ''];
  const close = (): void => {
    if (removed !== '') result.push({ kind: 'removed', text: removed });
    if (added !== '') result.push({ kind: 'added', text: added });
    [removed, added] = ['', ''];
  };
  for (const [index, { kind, text }] of stretches.entries()) {
    if (kind === 'removed') removed += text;
    else if (kind === 'added') added += text;
    else if (removed !== '' && added !== '' && isBetween(stretches, index))
      [removed, added] = [removed + text, added + text];
    else {
      close();
      result.push({ kind, text });
    }
  }
  close();
  return result;
}

/** Whether a stretch has no word and another change follows it. */
function isBetween(all: readonly Stretch[], index: number): boolean {
  return index < all.length - 1 && !/[\p{L}\p{N}\n]/u.test(all[index]?.text ?? '');
}

function stretches(removed: string, added: string): Stretch[] {
  return [
    ...(removed === '' ? [] : [{ kind: 'removed' as const, text: removed }]),
    ...(added === '' ? [] : [{ kind: 'added' as const, text: added }]),
  ];
}
