import type { Dumped } from './read-back.js';
import type { ReferenceArtifact, ReferenceRun } from './reference.js';

/** One line of the comparison: the same thing, theirs and ours. */
export interface Line {
  readonly what: string;
  readonly theirs: string;
  readonly ours: string;
  /** What of theirs is not in ours. */
  readonly missing: readonly string[];
}

/** Their name → ours. */
export type Names = Readonly<Record<string, string>>;

/** The same run, theirs and ours. */
export interface Pair {
  readonly theirs: ReferenceRun;
  readonly ours: Dumped;
}

/** The reference's params, and which of ours say the same. `null`: there is no such state in ax. */
const PARAMS: readonly { readonly theirs: RegExp; readonly name: string; readonly ours: RegExp | null }[] = [
  { theirs: /\.signature\.instructions$/, name: '….signature.instructions', ours: /::instruction$/ },
  { theirs: /\.signature\.fields\.\d+\./, name: '….signature.fields.N.prefix, .description', ours: null },
  { theirs: /\.demos\.\d+\.augmented$/, name: '….demos.N.augmented', ours: null },
  { theirs: /\.demos\.\d+\./, name: '….demos.N.<field>', ours: /::demos\.\d+\./ },
  { theirs: /^sample$/, name: 'sample', ours: null },
  { theirs: /^lm_params$/, name: 'lm_params', ours: /^lm_params$/ },
];

/** These are there when the compile runs in a git work tree. */
const GIT_TAG = /^mlflow\.source\.git\./;

/** Params of theirs that nothing in ax answers to, and why. */
export const NO_COUNTERPART: Readonly<Record<string, string>> = {
  '….signature.fields.N.prefix, .description':
    'fields of an ax signature are code, not state that an optimizer changes',
  '….demos.N.augmented': 'ax has no such mark on a demonstration',
  sample: 'a switch of DSPy’s own MIPROv2',
};

export const ourName = (name: string, names: Names): string => names[name] ?? name;

/** What two runs, or two series of child runs, have of everything: one line each. */
export function runLines(pairs: readonly Pair[], names: Names): Line[] {
  return [
    valueLine(
      'status',
      pairs,
      (run) => run.status,
      (run) => run.status,
    ),
    ...paramLines(pairs),
    ...metricLines(pairs, names),
    ...artifactLines(pairs),
    ...tagLines(pairs),
    countLine(
      'logged models as outputs',
      pairs,
      (run) => run.modelOutputs,
      (run) => run.outputs.length,
    ),
    countLine(
      'dataset inputs',
      pairs,
      (run) => run.datasetInputs,
      (run) => run.datasets.length,
    ),
    ...onlyOurs(pairs, names),
  ].filter(({ theirs, ours }) => theirs !== 'none' || ours !== 'none');
}

const distinct = (values: readonly string[]): string => [...new Set(values)].sort().join(', ') || 'none';

function valueLine(
  what: string,
  pairs: readonly Pair[],
  of: (run: ReferenceRun) => string,
  own: (run: Dumped) => string,
): Line {
  const missing = pairs
    .filter(({ theirs, ours }) => of(theirs) !== '' && of(theirs) !== own(ours))
    .map(({ ours }) => `${ours.name}: ${what}`);
  return {
    what,
    theirs: distinct(pairs.map(({ theirs }) => of(theirs))),
    ours: distinct(pairs.map(({ ours }) => own(ours))),
    missing,
  };
}

function countLine(
  what: string,
  pairs: readonly Pair[],
  of: (run: ReferenceRun) => number,
  own: (run: Dumped) => number,
): Line {
  const show = (counts: readonly number[]): string =>
    counts.every((count) => count === 0) ? 'none' : distinct(counts.map(String));
  const missing = pairs
    .filter(({ theirs, ours }) => of(theirs) > 0 && own(ours) === 0)
    .map(({ ours }) => `${ours.name}: ${what}`);
  return {
    what,
    theirs: show(pairs.map(({ theirs }) => of(theirs))),
    ours: show(pairs.map(({ ours }) => own(ours))),
    missing,
  };
}

function paramLines(pairs: readonly Pair[]): Line[] {
  const kinds = PARAMS.filter(({ theirs }) =>
    pairs.some((pair) => Object.keys(pair.theirs.params).some((key) => kindOf(key)?.theirs === theirs)),
  );
  return kinds.map(({ theirs, name, ours }) => {
    const having = pairs.filter((pair) =>
      Object.keys(pair.theirs.params).some((key) => kindOf(key)?.theirs === theirs),
    );
    const without = having.filter(
      (pair) => ours !== null && !Object.keys(pair.ours.params).some((key) => ours.test(key)),
    );
    const shown = ours === null ? NO_COUNTERPART[name] : ourKeys(pairs, ours);
    // Which demonstrations a trial has is the search's choice, not the tracker's: it is enough that ours keeps them where there are any.
    const isChoice = name.includes('demos');
    const missing = isChoice
      ? without.length === having.length && ours !== null
        ? [name]
        : []
      : without.map((pair) => `${pair.ours.name}: param ${name}`);
    return { what: `param \`${name}\``, theirs: 'yes', ours: shown ?? 'none', missing };
  });
}

const kindOf = (key: string) => PARAMS.find(({ theirs }) => theirs.test(key));

function ourKeys(pairs: readonly Pair[], pattern: RegExp): string {
  const keys = pairs.flatMap(({ ours }) => Object.keys(ours.params).filter((key) => pattern.test(key)));
  const general = keys.map((key) => key.replace(/\.\d+\..*$/, '.N.<field>'));
  return [...new Set(general)].map((key) => `\`${key}\``).join(', ') || 'none';
}

function metricLines(pairs: readonly Pair[], names: Names): Line[] {
  const keys = [...new Set(pairs.flatMap(({ theirs }) => Object.keys(theirs.metrics)))];
  return keys.map((key) => {
    const own = pairs.some(({ ours }) => ours.metrics[key]) ? key : ourName(key, names);
    const missing = pairs
      .filter(({ theirs, ours }) =>
        (theirs.metrics[key] ?? []).some(([step]) => !ours.metrics[own]?.some(([at]) => at === step)),
      )
      .map(({ ours }) => `${ours.name}: metric ${key}`);
    const theirSteps = pairs.map(({ theirs }) => steps((theirs.metrics[key] ?? []).map(([step]) => step)));
    const ourSteps = pairs.map(({ ours }) => steps((ours.metrics[own] ?? []).map(([step]) => step)));
    return {
      what: `metric \`${key}\``,
      theirs: distinct(theirSteps),
      ours: `${own === key ? '' : `\`${own}\` `}${distinct(ourSteps)}`,
      missing,
    };
  });
}

function steps(all: readonly number[]): string {
  if (all.length === 0) return 'none';
  return all.length === 1 ? `step ${all[0]}` : `steps ${Math.min(...all)}–${Math.max(...all)}`;
}

function artifactLines(pairs: readonly Pair[]): Line[] {
  const paths = [...new Set(pairs.flatMap(({ theirs }) => Object.keys(theirs.artifacts)))];
  return paths.map((path) => {
    const having = pairs.filter(({ theirs }) => path in theirs.artifacts);
    const described = having.map(({ theirs }) => kindText(theirs.artifacts[path]));
    const missing = having.flatMap(({ theirs, ours }) => artifactProblems(path, theirs.artifacts[path], ours));
    return {
      what: `artifact \`${path}\``,
      theirs: distinct(described),
      ours: distinct(having.map(({ ours }) => ownKind(ours.artifacts[path]))),
      missing,
    };
  });
}

const kindText = (artifact: ReferenceArtifact | undefined): string =>
  artifact?.kind === 'table' ? `table: ${artifact.columns.join(', ')}` : 'JSON';

function columnsOf(text: string | undefined): readonly string[] | null {
  const value: unknown = text === undefined ? null : JSON.parse(text);
  const isTable = typeof value === 'object' && value !== null && 'columns' in value && 'data' in value;
  return isTable ? (value as { columns: string[] }).columns : null;
}

function ownKind(text: string | undefined): string {
  if (text === undefined) return 'none';
  const columns = columnsOf(text);
  return columns ? `table: ${columns.join(', ')}` : 'JSON';
}

function artifactProblems(path: string, theirs: ReferenceArtifact | undefined, run: Dumped): string[] {
  const text = run.artifacts[path];
  if (text === undefined) return [`${run.name}: artifact ${path}`];
  if (theirs?.kind !== 'table') return [];
  const columns = columnsOf(text);
  if (columns === null) return [`${run.name}: ${path} is no table`];
  return theirs.columns
    .filter((column) => !columns.includes(column))
    .map((column) => `${run.name}: ${path}, column ${column}`);
}

function tagLines(pairs: readonly Pair[]): Line[] {
  const keys = [...new Set(pairs.flatMap(({ theirs }) => theirs.tags))].sort();
  return keys.map((key) => {
    const having = pairs.filter(({ theirs }) => theirs.tags.includes(key));
    const missing = having.filter(({ ours }) => !(key in ours.tags)).map(({ ours }) => `${ours.name}: tag ${key}`);
    return { what: `tag \`${key}\``, theirs: 'yes', ours: missing.length === 0 ? 'yes' : 'none', missing };
  });
}

function onlyOurs(pairs: readonly Pair[], names: Names): Line[] {
  const theirs = (of: (run: ReferenceRun) => readonly string[]) => new Set(pairs.flatMap((pair) => of(pair.theirs)));
  const metrics = theirs((run) => Object.keys(run.metrics).map((key) => ourName(key, names)));
  const artifacts = theirs((run) => Object.keys(run.artifacts));
  const tags = theirs((run) => run.tags);
  const more: Readonly<Record<string, readonly string[]>> = {
    params: ownKeys(
      pairs,
      ({ params }) => params,
      (key) => !PARAMS.some(({ ours }) => ours?.test(key)),
    ),
    metrics: ownKeys(
      pairs,
      ({ metrics: all }) => all,
      (key) => !metrics.has(key) && !theirs((run) => Object.keys(run.metrics)).has(key),
    ),
    artifacts: ownKeys(
      pairs,
      ({ artifacts: all }) => all,
      (key) => !artifacts.has(key),
    ),
    tags: ownKeys(
      pairs,
      ({ tags: all }) => all,
      (key) => !tags.has(key) && !GIT_TAG.test(key),
    ),
  };
  return Object.entries(more)
    .filter(([, keys]) => keys.length > 0)
    .map(([what, keys]) => ({
      what: `more ${what}`,
      theirs: '',
      ours: keys.map((key) => `\`${key}\``).join(', '),
      missing: [],
    }));
}

function ownKeys(
  pairs: readonly Pair[],
  of: (run: Dumped) => Readonly<Record<string, unknown>>,
  isMore: (key: string) => boolean,
): string[] {
  return [...new Set(pairs.flatMap(({ ours }) => Object.keys(of(ours))))].filter(isMore).sort();
}
