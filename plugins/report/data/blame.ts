import { diffArrays } from 'diff';

/** A candidate's text of one component, and the candidates it was made from. */
export interface Ancestor {
  /** `null` if the candidate lacks the component. */
  readonly text: string | null;
  /** Positions of the parents. Unknown ones are negative and ignored. */
  readonly parents: readonly number[];
}

/** A piece of a text, and the position of the candidate that introduced it. */
export interface BlamedPiece {
  readonly text: string;
  readonly origin: number;
}

/** Lines longer than this many characters are split into sentences, because prompts are often one long line. */
const LONG_LINE = 100;
/** Lines longer than this many characters are not split. */
const VERY_LONG_LINE = 50_000;

/**
 * Finds the candidate that introduced each piece of the text of the candidate at `position`. Pieces are lines; long
 * lines are split into sentences. A piece that a parent has at the same place is credited to the earliest ancestor that
 * had it. If two parents have it, the first one counts. If no parent is known, a piece is credited to the first
 * candidate that had it.
 *
 * @param candidates Candidates in order of appearance, so that parents precede their children
 */
export function blame(candidates: readonly Ancestor[], position: number): readonly BlamedPiece[] {
  const known = new Map<number, readonly BlamedPiece[]>();
  for (const at of lineOf(candidates, position)) known.set(at, originsOf(candidates, at, known));
  return known.get(position) ?? [];
}

/** Returns the positions of the candidate and its ancestors, ancestors first. */
function lineOf(candidates: readonly Ancestor[], position: number): readonly number[] {
  const found = new Set<number>();
  const waiting = [position];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    waiting.push(...parentsOf(candidates, at));
  }
  return [...found].sort((a, b) => a - b);
}

function parentsOf(candidates: readonly Ancestor[], at: number): readonly number[] {
  return (candidates[at]?.parents ?? []).filter(
    (parent) => parent >= 0 && parent < at && candidates[parent]?.text !== null,
  );
}

function originsOf(
  candidates: readonly Ancestor[],
  at: number,
  known: ReadonlyMap<number, readonly BlamedPiece[]>,
): readonly BlamedPiece[] {
  const pieces = piecesOf(candidates[at]?.text ?? '');
  const origins = new Array<number | undefined>(pieces.length).fill(undefined);
  const parents = parentsOf(candidates, at);
  for (const parent of parents) inherit(known.get(parent) ?? [], pieces, origins);
  if (parents.length === 0) fillFromEarlier(candidates, at, pieces, origins);
  return pieces.map((text, index) => ({ text, origin: origins[index] ?? at }));
}

function inherit(from: readonly BlamedPiece[], pieces: readonly string[], origins: (number | undefined)[]): void {
  let [theirs, ours] = [0, 0];
  for (const change of diffArrays(
    from.map(({ text }) => text.trim()),
    pieces.map((text) => text.trim()),
  )) {
    if (!change.added && !change.removed) {
      for (let i = 0; i < change.value.length; i += 1) origins[ours + i] ??= from[theirs + i]?.origin;
    }
    if (!change.added) theirs += change.value.length;
    if (!change.removed) ours += change.value.length;
  }
}

function fillFromEarlier(
  candidates: readonly Ancestor[],
  at: number,
  pieces: readonly string[],
  origins: (number | undefined)[],
): void {
  const open = new Map<string, number[]>();
  for (const [index, piece] of pieces.entries()) {
    const same = open.get(piece.trim());
    if (same) same.push(index);
    else open.set(piece.trim(), [index]);
  }
  for (let earlier = 0; earlier < at && open.size > 0; earlier += 1) {
    for (const piece of piecesOf(candidates[earlier]?.text ?? '')) {
      for (const index of open.get(piece.trim()) ?? []) origins[index] = earlier;
      open.delete(piece.trim());
    }
  }
}

/** Splits a text into lines and long lines into sentences. The pieces joined are the text. */
export function piecesOf(text: string): readonly string[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).flatMap((line) =>
    line.length > LONG_LINE && line.length <= VERY_LONG_LINE ? sentencesOf(line) : [line],
  );
}

function sentencesOf(line: string): readonly string[] {
  return line.split(/(?<=[.!?:;]["'”’)]?\s)(?=\S)/u);
}
