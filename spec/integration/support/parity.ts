import { type Line, type Names, ourName, type Pair, runLines } from './parity-lines.js';
import type { Dumped } from './read-back.js';
import type { Reference, ReferenceRun } from './reference.js';

/** A run or a series of child runs, line by line. */
export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Where ours is not theirs, and why. Everything else must be there. */
export interface Differences {
  readonly names: Names;
  /** `what` of a line → why it differs. */
  readonly excused: Readonly<Record<string, string>>;
}

/** A run of ours that the reference has nothing like. */
function unseen(ours: Dumped): Pair {
  const nothing = { params: {}, metrics: {}, tags: [], artifacts: {}, modelOutputs: 0, datasetInputs: 0 };
  return { theirs: { id: '', name: null, parent: null, status: '', ...nothing }, ours };
}

/** Compares what the reference wrote with what is on the server now. Runs come in order of their start. */
export function compare(theirs: Reference, ours: readonly Dumped[], { names }: Differences): Section[] {
  const roots = theirs.runs.filter(({ parent }) => parent === null);
  const named = new Set(roots.map(({ name }) => name));
  const ownRoots = ours.filter(({ parent }) => parent === null);
  const sections: Section[] = [{ title: '', lines: [runsLine(roots, ownRoots)] }];
  for (const root of roots) {
    const own = ownRoots.find(({ name }) => (root.name === null ? !named.has(name) : name === root.name));
    if (!own) continue;
    sections.push({ title: root.name ?? 'the compile', lines: runLines([{ theirs: root, ours: own }], names) });
    sections.push(...childSections(theirs, ours, root, own, names));
  }
  return sections;
}

function runsLine(theirs: readonly ReferenceRun[], ours: readonly Dumped[]): Line {
  const missing = theirs.length === ours.length ? [] : [`${theirs.length} runs, not ${ours.length}`];
  return { what: 'runs', theirs: String(theirs.length), ours: String(ours.length), missing };
}

function childSections(
  theirs: Reference,
  ours: readonly Dumped[],
  root: ReferenceRun,
  own: Dumped,
  names: Names,
): Section[] {
  const children = theirs.runs.filter(({ parent }) => parent === root.id);
  const ownChildren = ours.filter(({ parent }) => parent === own.id);
  const series = [
    ...new Set([
      ...children.map(({ name }) => seriesOf(name ?? '', names)),
      ...ownChildren.map(({ name }) => seriesOf(name, {})),
    ]),
  ];
  return series.map((key) => {
    const of = children.filter(({ name }) => seriesOf(name ?? '', names) === key);
    const found = ownChildren.filter(({ name }) => seriesOf(name, {}) === key);
    const pairs = of.flatMap((child) => {
      const twin = found.find(({ name }) => name === ourName(child.name ?? '', names));
      return twin ? [{ theirs: child, ours: twin }] : [];
    });
    const missing = of.length > pairs.length ? [`${of.length - pairs.length} child runs of ${key}`] : [];
    const count: Line = {
      what: 'child runs',
      theirs: range(of.map(({ name }) => name ?? '')),
      ours: range(found.map(({ name }) => name)),
      missing,
    };
    return {
      title: `its ${key} trials`,
      lines: [count, ...runLines(of.length > 0 ? pairs : found.map(unseen), names)],
    };
  });
}

const seriesOf = (name: string, names: Names): string => ourName(name, names).replace(/_\d+$/, '');

const stepOf = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);

function range(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  // Two that started in the same millisecond come in any order.
  const sorted = [...names].sort((a, b) => stepOf(a) - stepOf(b));
  const [first, last] = [sorted[0] ?? '', sorted.at(-1) ?? ''];
  return names.length === 1 ? first : `${first} … ${last} (${names.length})`;
}
