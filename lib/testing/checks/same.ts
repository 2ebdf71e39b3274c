import assert from 'node:assert/strict';
import { mustShow } from './shows.js';

const CONTEXT_CHARS = 120;

/**
 * Throws an `AssertionError` unless the text is the same as after an undisturbed delivery. If two undisturbed deliveries
 * differ from each other, each score must occur as often as in one of them.
 *
 * @param undisturbed delivers the same run to a new subject and returns what it shows
 */
export async function mustShowTheSame(
  text: string,
  undisturbed: () => Promise<string>,
  scores: readonly string[],
): Promise<void> {
  const expected = await undisturbed();
  mustShow(expected, 'the run', scores);
  if (text === expected) return;
  const isReproducible = (await undisturbed()) === expected;
  if (isReproducible) {
    assert.fail(`the sink must show the same as after an undisturbed delivery; ${firstDifference(text, expected)}`);
  }
  for (const score of scores) {
    const [times, wanted] = [count(text, score), count(expected, score)];
    assert.equal(times, wanted, `score ${score} must be shown ${wanted} times, as undisturbed, got ${times} times`);
  }
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function firstDifference(text: string, expected: string): string {
  let at = 0;
  while (at < text.length && text[at] === expected[at]) at += 1;
  const part = (whole: string): string =>
    JSON.stringify(whole.slice(Math.max(0, at - CONTEXT_CHARS / 2), at + CONTEXT_CHARS));
  return `they differ at character ${at}: expected ${part(expected)}, got ${part(text)}`;
}
