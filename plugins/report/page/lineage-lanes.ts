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

/**
 * Lays candidates out as a history is by version control: one row each in order of appearance, a lane for each line of
 * descent, a merge where two lines meet. A parent's lane goes on in the child that leads to the winner, else in its last.
 */
export function lanes(candidates: readonly Descended[], winner: number | null): readonly LaneRow[] {
  const main = descentOf(candidates, winner);
  const parents = candidates.map(({ parents: all }, at) => all.filter((parent) => parent >= 0 && parent < at));
  const heir = heirs(parents, main);
  const last = lastChildren(parents);
  const laneOf: number[] = [];
  const open: (number | null)[] = [];
  const rows: { lane: number; above: Segment[]; below: Segment[]; isMain: boolean }[] = [];
  for (const [at, own] of parents.entries()) {
    const first = own[0];
    const inherits = first !== undefined && heir[first] === at && open[laneOf[first] ?? -1] === first;
    const lane = inherits ? (laneOf[first] ?? 0) : freeLane(open);
    const above: Segment[] = [];
    for (const [index, owner] of open.entries()) {
      if (owner === null || owner === at) continue;
      const leads = own.includes(owner);
      const isOver = (last[owner] ?? -1) <= at;
      if (leads) above.push({ from: index, to: lane, isMain: main.has(owner) && main.has(at) });
      if (!isOver || !leads)
        above.push({ from: index, to: index, isMain: main.has(owner) && continues(owner, at, main, last) });
    }
    for (const [index, owner] of open.entries()) if (owner !== null && (last[owner] ?? -1) <= at) open[index] = null;
    laneOf[at] = lane;
    rows.push({ lane, above: distinct(above), below: [], isMain: main.has(at) });
    if ((last[at] ?? -1) > at) open[lane] = at;
    rows[at]?.below.push(
      ...open.flatMap((owner, index) =>
        owner === null ? [] : [{ from: index, to: index, isMain: main.has(owner) && continues(owner, at, main, last) }],
      ),
    );
  }
  return rows;
}

/** The winner and all it descends from. */
function descentOf(candidates: readonly Descended[], winner: number | null): ReadonlySet<number> {
  const found = new Set<number>();
  const waiting = winner === null ? [] : [winner];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    waiting.push(...(candidates[at]?.parents ?? []).filter((parent) => parent >= 0 && parent < (at ?? 0)));
  }
  return found;
}

/** The child in which each candidate's lane goes on. */
function heirs(parents: readonly (readonly number[])[], main: ReadonlySet<number>): (number | undefined)[] {
  const heir: (number | undefined)[] = [];
  for (const [at, [first]] of parents.entries()) {
    if (first === undefined) continue;
    const known = heir[first];
    if (known === undefined || !main.has(known) || main.has(at)) heir[first] = at;
  }
  return heir;
}

function lastChildren(parents: readonly (readonly number[])[]): number[] {
  const last: number[] = [];
  for (const [at, own] of parents.entries()) for (const parent of own) last[parent] = at;
  return last;
}

function continues(owner: number, at: number, main: ReadonlySet<number>, last: readonly number[]): boolean {
  for (let next = at + 1; next <= (last[owner] ?? -1); next += 1) if (main.has(next)) return true;
  return false;
}

function freeLane(open: (number | null)[]): number {
  const free = open.indexOf(null);
  return free === -1 ? open.push(null) - 1 : free;
}

function distinct(segments: readonly Segment[]): Segment[] {
  return segments.filter(
    ({ from, to }, index) => segments.findIndex((other) => other.from === from && other.to === to) === index,
  );
}
