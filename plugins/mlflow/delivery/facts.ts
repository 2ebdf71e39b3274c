/** Run on the server and the location of its artifacts. */
export interface KnownRun {
  readonly id: string;
  readonly artifactUri: string;
}

/** LoggedModel on the server. */
export interface KnownModel {
  readonly modelId: string;
  readonly artifactUri: string;
}

/** Prompt version that is linked to the run, in the format of MLflow's tag. */
export interface LinkedPrompt {
  readonly name: string;
  readonly version: string;
}

/** One fact about the server: a line of the state file. */
export type Fact =
  | { readonly fact: 'opened' }
  | { readonly fact: 'asked' | 'unasked'; readonly what: string }
  | ({ readonly fact: 'run'; readonly run: string } & KnownRun)
  | ({ readonly fact: 'model'; readonly id: string } & KnownModel)
  | { readonly fact: 'output'; readonly id: string }
  | { readonly fact: 'claim'; readonly id: string; readonly number: number }
  | ({ readonly fact: 'shared' } & SharedRun)
  | { readonly fact: 'prompt'; readonly prompts: readonly LinkedPrompt[] }
  | { readonly fact: 'refused'; readonly run: string; readonly what: string; readonly why: string };

/** Contents of a shared run at the time it was joined. */
export interface SharedRun {
  /** Number of steps that each series had. */
  readonly offsets: Readonly<Record<string, number>>;
  readonly tables: readonly string[];
  readonly prompts: readonly LinkedPrompt[];
  /** Lowest number that one of our compiles or evaluations may claim. */
  readonly firstNumber: number;
}

type Members = Readonly<Record<string, unknown>>;
type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isCount: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPrompt: Test = (value) => has(value, { name: isText, version: isText });
const isListOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const areCounts: Test = (value) => membersOf(value) !== null && Object.values(value as object).every(isCount);

/** Members of each fact. A fact or member without a test does not compile. */
const TESTS: {
  readonly [F in Fact['fact']]: { readonly [K in Exclude<keyof Extract<Fact, { fact: F }>, 'fact'>]: Test };
} = {
  opened: {},
  asked: { what: isText },
  unasked: { what: isText },
  run: { run: isText, id: isText, artifactUri: isText },
  model: { id: isText, modelId: isText, artifactUri: isText },
  output: { id: isText },
  claim: { id: isText, number: isCount },
  shared: { offsets: areCounts, tables: isListOf(isText), prompts: isListOf(isPrompt), firstNumber: isCount },
  prompt: { prompts: isListOf(isPrompt) },
  refused: { run: isText, what: isText, why: isText },
};

/** Returns the fact in a line of a state file; `null` if it has none. Anybody may have written the file. */
export function factIn(line: string): Fact | null {
  const value = parsed(line);
  const name = membersOf(value)?.fact;
  if (typeof name !== 'string' || !Object.hasOwn(TESTS, name)) return null;
  return has(value, TESTS[name as Fact['fact']]) ? (value as Fact) : null;
}

function has(value: unknown, tests: Readonly<Record<string, Test>>): boolean {
  const members = membersOf(value);
  return members !== null && Object.entries(tests).every(([name, test]) => test(ownMember(members, name)));
}

function ownMember(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function membersOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
