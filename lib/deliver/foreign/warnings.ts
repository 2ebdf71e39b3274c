import { basename, relative, sep } from 'node:path';
import { shared } from '../../support/shared-state.js';
import { warnEach } from '../../support/warnings.js';

/** A run that was not written here by this user. */
export interface ForeignRun {
  /** Folder of the run. */
  readonly runDir: string;
  /** Why it is foreign. */
  readonly why: string;
}

const SHOWN = 5;
/** Names that mean nothing else to a shell or a terminal. A stranger may have chosen the others. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const PLAIN_PATH = /^[A-Za-z0-9._/\\:-]+$/;

const reported = shared('foreign runs reported', () => new Set<string>());

/** Reports the runs that a target does not receive, because they are foreign. Names each run once in a process. */
export function warnForeign(dir: string, target: string, runs: readonly ForeignRun[]): void {
  const news = runs.filter(({ runDir }) => !reported.has(runDir));
  if (news.length === 0) return;
  for (const { runDir } of news) reported.add(runDir);
  const { length } = news;
  const fact =
    length === 1
      ? '1 run in DIR was not written here by this user and is'
      : `${length} runs in DIR were not written here by this user and are`;
  const folders = news.map(({ runDir }) => runDir);
  warnEach(
    'AXL_RUN_FOREIGN',
    `${fact.replace('DIR', () => dir)} not delivered: ${listOf(folders)}. ${advice(folders, target)}`,
    { runs: news.slice(0, SHOWN).map(({ runDir, why }) => ({ run: basename(runDir), why })) },
  );
}

function listOf(folders: readonly string[]): string {
  const names = folders.map((runDir) => basename(runDir)).filter((name) => PLAIN_NAME.test(name));
  const more = folders.length - Math.min(names.length, SHOWN);
  if (names.length === 0) return 'their names cannot be shown safely';
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Names a command for the first run whose name can be typed as it is. */
function advice(folders: readonly string[], target: string): string {
  const first = folders.find((runDir) => PLAIN_NAME.test(basename(runDir)));
  const command = `npx ax-autolog sync ${first === undefined ? 'RUN' : shellPath(first)}`;
  const what = folders.length === 1 ? 'If you trust it, deliver it' : 'If you trust them, deliver each';
  if (target === 'files') return `${what} with: ${command} --to files`;
  if (target.startsWith('mlflow:')) return `${what} with: ${command}`;
  return `${what} with replay(), or to an MLflow server with: ${command}`;
}

/** Returns the path from the working directory, in quotes if a shell would read it in another way. */
function shellPath(runDir: string): string {
  const path = relative(process.cwd(), runDir);
  const short = path.split(sep)[0] === '..' ? runDir : path;
  return PLAIN_PATH.test(short) ? short : `'${short.replaceAll("'", `'\\''`)}'`;
}
