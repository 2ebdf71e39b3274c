import assert from 'node:assert/strict';
import type { Subject } from '../subject.js';

const SHOWN_CHARS = 400;

/** Flushes the sink and returns its output about a run. */
export async function shown(subject: Subject, runId: string): Promise<string> {
  await subject.sink.flush?.();
  return subject.read(runId);
}

/** Throws an `AssertionError` unless the text about the run contains each of these scores. */
export function mustShow(text: string, runId: string, scores: readonly string[]): void {
  for (const score of scores) {
    assert.ok(text.includes(score), `the text about ${runId} must contain the score ${score}, got ${quote(text)}`);
  }
}

/** Throws an `AssertionError` if the text about the run contains one of these scores of another run. */
export function mustNotShow(text: string, runId: string, otherScores: readonly string[]): void {
  for (const score of otherScores) {
    const problem = `the text about ${runId} must not contain ${score}, a score of another run, got ${quote(text)}`;
    assert.ok(!asNumber(score).test(text), problem);
  }
}

/** Finds a score that stands by itself, because a sink may show other numbers, such as intervals, that begin alike. */
function asNumber(score: string): RegExp {
  return new RegExp(`(?<![\\d.])${score.replaceAll('.', '\\.')}0*(?!\\d)`);
}

function quote(text: string): string {
  return text.length <= SHOWN_CHARS ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, SHOWN_CHARS))}…`;
}
