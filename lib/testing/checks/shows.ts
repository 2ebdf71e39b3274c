import assert from 'node:assert/strict';
import type { Subject } from '../subject.js';

const SHOWN_CHARS = 400;

/** Flushes the sink and returns what it has put out about a run. */
export async function shown(subject: Subject, runId: string): Promise<string> {
  await subject.sink.flush?.();
  return subject.read(runId);
}

/** Throws an AssertionError unless the text about the run contains each of these. */
export function mustShow(text: string, runId: string, wanted: readonly string[]): void {
  for (const score of wanted) {
    assert.ok(text.includes(score), `the text about ${runId} must contain the score ${score}, got ${quote(text)}`);
  }
}

/** Throws an AssertionError if the text about the run contains one of these, which are of another run. */
export function mustNotShow(text: string, runId: string, foreign: readonly string[]): void {
  for (const score of foreign) {
    const problem = `the text about ${runId} must not contain ${score}, a score of another run, got ${quote(text)}`;
    assert.ok(!text.includes(score), problem);
  }
}

function quote(text: string): string {
  return text.length <= SHOWN_CHARS ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, SHOWN_CHARS))}…`;
}
