/** A line between two lanes in one half of a row of the lineage. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  /** Whether it is part of the winner's line of descent. */
  readonly isMain: boolean;
}

/** A candidate's row: its lane, and the lines in the upper and lower half. */
export interface LaneRow {
  readonly lane: number;
  readonly above: readonly Segment[];
  readonly below: readonly Segment[];
  readonly isMain: boolean;
}

/** A candidate with the positions of its parents. Unknown ones are negative. */
export interface Descended {
  readonly parents: readonly number[];
}

/** State of the layout. `open` has the candidate whose line runs in each lane. */
interface Layout {
  readonly parents: readonly (readonly number[])[];
  /** Position of each candidate's last child. */
  readonly last: readonly number[];
  readonly main: ReadonlySet<number>;
  readonly open: (number | null)[];
  readonly laneOf: number[];
}

/**
 * Lays out candidates like the history of a version control system: one row per candidate in order of appearance, one
 * lane per line of descent, and a merge where two lines meet. The last child continues its parent's lane; other
 * children open a new one.
 */
export function lanes(candidates: readonly Descended[], winner: number | null): readonly LaneRow[] {
  const parents = candidates.map(({ parents: all }, at) => all.filter((parent) => parent >= 0 && parent < at));
  const last = lastChildren(parents);
  const layout: Layout = { parents, last, main: descentOf(parents, winner), open: [], laneOf: [] };
  return parents.map((_, at) => rowOf(layout, at));
}

function rowOf(layout: Layout, at: number): LaneRow {
  const { parents, last, main, open, laneOf } = layout;
  const own = parents[at] ?? [];
  const [first] = own;
  const inherits = first !== undefined && last[first] === at;
  const lane = inherits ? (laneOf[first] ?? 0) : freeLane(open);
  laneOf[at] = lane;
  const above = open.flatMap((owner, from): Segment[] => {
    if (owner === null) return [];
    const joins = own.includes(owner) ? [{ from, to: lane, isMain: main.has(owner) && main.has(at) }] : [];
    const passes = (last[owner] ?? -1) > at ? [{ from, to: from, isMain: leadsOn(layout, owner, at) }] : [];
    return [...joins, ...passes];
  });
  for (const [from, owner] of open.entries()) if (owner !== null && (last[owner] ?? -1) <= at) open[from] = null;
  if ((last[at] ?? -1) > at) open[lane] = at;
  const below = open.flatMap((owner, from): Segment[] =>
    owner === null ? [] : [{ from, to: from, isMain: leadsOn(layout, owner, at) }],
  );
  return { lane, above, below, isMain: main.has(at) };
}

/** Returns the winner and its ancestors. */
function descentOf(parents: readonly (readonly number[])[], winner: number | null): ReadonlySet<number> {
  const found = new Set<number>();
  const waiting = winner === null ? [] : [winner];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    waiting.push(...(parents[at] ?? []));
  }
  return found;
}

function lastChildren(parents: readonly (readonly number[])[]): number[] {
  const last: number[] = [];
  for (const [at, own] of parents.entries()) for (const parent of own) last[parent] = at;
  return last;
}

/** Returns whether a later child of the owner is part of the winner's line of descent. */
function leadsOn({ parents, main, last }: Layout, owner: number, at: number): boolean {
  if (!main.has(owner)) return false;
  for (let next = at + 1; next <= (last[owner] ?? -1); next += 1) {
    if (main.has(next) && parents[next]?.includes(owner)) return true;
  }
  return false;
}

function freeLane(open: (number | null)[]): number {
  const free = open.indexOf(null);
  return free === -1 ? open.push(null) - 1 : free;
}
