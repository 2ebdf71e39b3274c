/** A line between two rows of the lineage, from lane to lane. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  /** Whether it belongs to the winner's descent. */
  readonly isMain: boolean;
}

/** One candidate's row: its lane, and the lines in the upper and lower half. */
export interface LaneRow {
  readonly lane: number;
  readonly above: readonly Segment[];
  readonly below: readonly Segment[];
  readonly isMain: boolean;
}

/** What is known of a candidate: where its parents stand. Those that are not known are negative. */
export interface Descended {
  readonly parents: readonly number[];
}

/** What is open while rows are laid out: which candidate's line runs in each lane. */
interface Layout {
  readonly parents: readonly (readonly number[])[];
  /** Position of each candidate's last child. */
  readonly last: readonly number[];
  readonly main: ReadonlySet<number>;
  readonly open: (number | null)[];
  readonly laneOf: number[];
}

/**
 * Lays candidates out as a history is by version control: one row each in order of appearance, a lane for each line of
 * descent, a merge where two lines meet. A parent's lane goes on in its last child; the others open lanes of their own.
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

/** The winner and all it descends from. */
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

/** Whether a child of the owner that is still to come belongs to the winner's descent. */
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
