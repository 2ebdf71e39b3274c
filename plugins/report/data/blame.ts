import { diffArrays } from 'diff';

/** What blame goes by: a candidate's text of one component, and the candidates it was made from. */
export interface Ancestor {
  /** `null` where it lacks the component. */
  readonly text: string | null;
  /** Positions among the ancestors; others are left out. */
  readonly parents: readonly number[];
}

/** A piece of a text, and the position of the candidate that introduced it. */
export interface BlamedPiece {
  readonly text: string;
  readonly origin: number;
}

/** Lines longer than this are taken apart into sentences: prompts are often one long line. */
const LONG_LINE = 100;
/** Lines longer than this stay whole. */
const VERY_LONG_LINE = 50_000;

/**
 * Which candidate introduced each piece of the text of the one at `position`. A piece that a parent has, where it has it,
 * comes from wherever the parent has it from; of two parents the first. Where no parent is known, it comes from the first
 * candidate that had the same piece. Pieces are lines; long ones are taken apart into sentences.
 *
 * @param candidates in order of appearance: a parent comes before its children
 */
export function blame(candidates: readonly Ancestor[], position: number): readonly BlamedPiece[] {
  const known = new Map<number, readonly BlamedPiece[]>();
  for (const at of lineOf(candidates, position)) known.set(at, originsOf(candidates, at, known));
  return known.get(position) ?? [];
}

/** The candidate and all it descends from, ancestors first. */
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

/** The lines of a text with their ends, long ones by sentences; together they are the text. */
export function piecesOf(text: string): readonly string[] {
  return (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).flatMap((line) =>
    line.length > LONG_LINE && line.length <= VERY_LONG_LINE ? sentencesOf(line) : [line],
  );
}

function sentencesOf(line: string): readonly string[] {
  return line.split(/(?<=[.!?:;]["'”’)]?\s)(?=\S)/u);
}
