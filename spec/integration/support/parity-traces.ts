import type { Section } from './parity.js';
import type { Line } from './parity-lines.js';
import type { Dumped, Traced } from './read-back.js';
import type { Reference, ReferenceSpan } from './reference.js';

/** A step of a trace, theirs or ours: `parent` is its place in the list. */
interface Step {
  readonly name: string;
  readonly type: string;
  readonly parent: number | null;
}

/** Compares the traces that the reference left with those on the server now; nothing where neither left any. */
export function traceSections(theirs: Reference, runs: readonly Dumped[], traces: readonly Traced[]): Section[] {
  if (theirs.traces.samples.length === 0 && traces.length === 0) return [];
  return [{ title: 'traces', lines: [placesLine(theirs, runs, traces), ...contentLines(theirs, traces)] }];
}

const NOWHERE = 'no run';
/** These are there when the program runs in a git work tree. */
const GIT = /^mlflow\.source\.git\./;

interface Placed {
  readonly id: string;
  readonly name: string | null;
  readonly parent: string | null;
}

/** On which runs they are: a series of trials counts as one, with the number that each of them has. */
function placesLine(theirs: Reference, runs: readonly Dumped[], traces: readonly Traced[]): Line {
  const named = theirs.runs.filter(({ parent }) => parent === null).map(({ name }) => name);
  const placeOf = (id: string | null, all: readonly Placed[]): string => {
    const run = all.find((each) => each.id === id);
    if (!run) return NOWHERE;
    if (run.parent !== null) return `each of its ${run.name?.replace(/_\d+$/, '')} trials`;
    // A compile of theirs has a name that MLflow made up.
    return run.name === null || !named.includes(run.name) ? 'the compile' : run.name;
  };
  const perRun = new Map<string | null, number>();
  for (const { run } of traces) perRun.set(run, (perRun.get(run) ?? 0) + 1);
  const ours = [...perRun].map(([id, count]) => [placeOf(id, runs), count] as const);
  const reference = Object.entries(theirs.traces.byRun).map(
    ([id, count]) => [placeOf(id, theirs.runs), count] as const,
  );
  const isThere = (place: string) => ours.some(([own]) => own === place);
  // Some of theirs lose their run when the metric raises.
  const isLost = (place: string) => place === NOWHERE && reference.length > 1;
  const missing = reference
    .filter(([place]) => !isThere(place) && !isLost(place))
    .map(([place]) => `traces on ${place}`);
  return {
    what: 'where they are',
    theirs: countsText(reference),
    ours: countsText(ours),
    missing: [...new Set(missing)],
  };
}

function countsText(counts: readonly (readonly [string, number])[]): string {
  const byPlace = new Map<string, Set<number>>();
  for (const [place, count] of counts) byPlace.set(place, (byPlace.get(place) ?? new Set()).add(count));
  const texts = [...byPlace].map(([place, found]) => `${[...found].sort((a, b) => a - b).join(' or ')} on ${place}`);
  return texts.sort().join(', ') || 'none';
}

function contentLines(theirs: Reference, traces: readonly Traced[]): Line[] {
  const { samples } = theirs.traces;
  if (samples.length === 0) return [];
  const ours = traces.filter(({ tags }) => tags['ax_autolog.role'] === 'task');
  const [root] = samples.flatMap(({ spans }) => spans.slice(0, 1));
  return [
    {
      what: 'spans',
      theirs: distinct(samples.map(({ spans }) => nesting(spans))),
      ours: distinct(ours.map(({ spans }) => nesting(steps(spans)))),
      missing: ours.every(({ spans }) => asksModel(steps(spans))) ? [] : ['a predictor with the call of its model'],
    },
    fieldsLine(
      'inputs of the root',
      root?.inputs,
      ours.map(({ spans }) => spans[0]?.inputs),
    ),
    fieldsLine(
      'outputs of the root',
      root?.outputs,
      ours.map(({ spans }) => spans[0]?.outputs),
    ),
    {
      what: 'state',
      theirs: distinct(samples.map(({ state }) => state)),
      ours: distinct(ours.map(({ state }) => state)),
      missing: ours.every(({ state }) => samples.some((sample) => sample.state === state)) ? [] : ['state'],
    },
    {
      what: 'previews',
      theirs: 'the root’s inputs and outputs',
      ours: 'the root’s inputs and outputs',
      missing: ours.flatMap(({ id, request, response, spans: [first] }) => [
        ...(isPreviewOf(request, first?.inputs) ? [] : [`${id}: request preview`]),
        ...(isPreviewOf(response, first?.outputs) ? [] : [`${id}: response preview`]),
      ]),
    },
    metadataLine(
      samples.flatMap(({ metadata }) => metadata),
      ours,
    ),
    {
      what: 'assessments',
      theirs: distinct(samples.flatMap(({ assessments }) => assessments)),
      ours: distinct(
        ours.flatMap(({ assessments }) => assessments.map(({ name, error }) => (error ? `${name} (error)` : name))),
      ),
      missing: [],
    },
  ];
}

const distinct = (values: readonly string[]): string => [...new Set(values)].sort().join(', ') || 'none';

const steps = (spans: Traced['spans']): Step[] =>
  spans.map(({ name, type, parent }) => {
    const at = spans.findIndex(({ id }) => id === parent);
    return { name, type, parent: at === -1 ? null : at };
  });

/** `CHAIN a > LLM b > (PARSER c, PARSER d)` */
function nesting(spans: readonly (Step | ReferenceSpan)[], parent: number | null = null): string {
  const children = spans.flatMap((span, at) => {
    if (span.parent !== parent) return [];
    const inner = nesting(spans, at);
    return [`${span.type} \`${span.name}\`${inner === '' ? '' : ` > ${inner}`}`];
  });
  return children.length > 1 ? `(${children.join(', ')})` : children.join('');
}

function asksModel(spans: readonly Step[]): boolean {
  return spans.some(({ type, parent }) => type === 'CHAT_MODEL' && parent !== null && spans[parent]?.type === 'LLM');
}

const fieldsOf = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);

function fieldsLine(what: string, theirs: unknown, ours: readonly unknown[]): Line {
  const wanted = fieldsOf(theirs);
  return {
    what,
    theirs: wanted.join(', '),
    ours: [...new Set(ours.map((value) => fieldsOf(value).join(', ')))].sort().join(' or '),
    missing: ours.flatMap((value) =>
      wanted.filter((field) => !fieldsOf(value).includes(field)).map((field) => `${what}: ${field}`),
    ),
  };
}

function isPreviewOf(preview: string | null, value: unknown): boolean {
  return preview !== null && JSON.stringify(value).startsWith(preview.replace(/…$/, ''));
}

function metadataLine(theirs: readonly string[], ours: readonly Traced[]): Line {
  const wanted = [...new Set(theirs)].sort();
  const has = ({ metadata, schema }: Traced, key: string) =>
    key in metadata || (key === 'mlflow.trace_schema.version' && schema === '3');
  const more = ours.flatMap(({ metadata }) =>
    Object.keys(metadata).filter((key) => !wanted.includes(key) && !GIT.test(key)),
  );
  return {
    what: 'metadata',
    theirs: wanted.map((key) => `\`${key}\``).join(', '),
    ours: `the same, ${[...new Set(more)]
      .sort()
      .map((key) => `\`${key}\``)
      .join(', ')}`,
    missing: ours.flatMap((trace) =>
      wanted.filter((key) => !has(trace, key) && !(key === 'mlflow.sourceRun' && trace.run === null)),
    ),
  };
}
