import { join } from 'node:path';
import { ax } from '@ax-llm/ax';
import { autolog, loadBest, replay, type Sink, shutdown } from 'ax-autolog';
import { readRunHistory } from 'ax-autolog/analysis/node';
import { consoleSink } from 'ax-autolog/plugins/console';
import { files } from 'ax-autolog/plugins/files';
import { mlflow } from 'ax-autolog/plugins/mlflow';
import { report } from 'ax-autolog/plugins/report';
import { recorder } from 'ax-autolog/testing';
import { type Answer, cli } from '../../../cli/command-line.js';
import type { Random } from '../journal/random.js';
import type { DecoyHome } from './decoy-home.js';

/** What a stranger's run is read with. */
export interface Place {
  readonly home: DecoyHome;
  readonly folder: string;
  readonly runDir: string;
  /** Address of the server that `sync` sends to. */
  readonly url: string;
}

/** What an operation says: its output as a user would see it, and its problems. */
export interface Said {
  readonly code: number;
  /** What goes to a terminal, if it does. */
  readonly shown: string;
  /** Warnings, errors and problems. */
  readonly problems: string;
}

/** One way to read a run. */
export interface Operation {
  readonly name: string;
  run(place: Place): Promise<Said>;
}

type Arguments = (place: Place) => readonly string[];

const out = ({ home }: Place, name: string): string => join(home.out, name);

/** Command lines, as a user would type them. */
const COMMANDS: Readonly<Record<string, Arguments>> = {
  ls: ({ home }) => ['ls', home.dir],
  'ls --json': ({ home }) => ['ls', home.dir, '--json'],
  'ls of the run': ({ runDir }) => ['ls', runDir],
  show: ({ runDir }) => ['show', runDir],
  'show by name': ({ home, folder }) => ['show', '--dir', home.dir, '--', folder],
  'show --json': ({ runDir }) => ['show', runDir, '--json'],
  'show --trial 0': ({ runDir }) => ['show', runDir, '--trial', '0'],
  'show --trial best': ({ runDir }) => ['show', runDir, '--trial', 'best', '--json'],
  'diff of trials': ({ runDir }) => ['diff', runDir, 'seed', 'best'],
  'diff of runs': ({ runDir, home }) => ['diff', runDir, join(home.dir, 'victim')],
  best: ({ runDir }) => ['best', runDir],
  'best --compile 1': (place) => ['best', place.runDir, '--compile', '1', '-o', out(place, 'best.json')],
  'report of one': ({ runDir }) => ['report', runDir],
  'report of two': (place) => ['report', place.runDir, join(place.home.dir, 'victim'), '-o', out(place, 'report.html')],
  'export --csv': ({ runDir }) => ['export', runDir, '--csv'],
  'export --jsonl': (place) => ['export', place.runDir, '--jsonl', '-o', out(place, 'jsonl')],
  'export --parquet': (place) => ['export', place.runDir, '--parquet', '-o', out(place, 'parquet')],
  'prune --dry-run': ({ home }) => ['prune', home.dir, '--keep', '0', '--dry-run'],
  complete: ({ home }) => ['__complete', '--', 'show', '--dir', home.dir, ''],
  sync: ({ runDir, url }) => ['sync', runDir, '--to', url, '--experiment', 'fuzz'],
};

/** What is only done at the end, because it removes the run. */
const PRUNE: Arguments = ({ runDir }) => ['prune', runDir, '--keep', '0', '--force'];

function command(name: string, make: Arguments): Operation {
  return {
    name,
    run: async (place) => {
      const answer: Answer = await cli(make(place), { columns: 90 });
      const shown = name.startsWith('export') || name === 'complete' ? '' : answer.text;
      return { code: answer.code, shown: `${shown}\n${answer.notes}`, problems: answer.notes };
    },
  };
}

/** What the library does with a run. */
const CALLS: Readonly<Record<string, (place: Place) => Promise<readonly string[]>>> = {
  'replay to a recorder': ({ runDir }) => replayed(runDir, recorder()),
  'files rebuilt in the run': ({ runDir }) => replayed(runDir, files()),
  'files rebuilt elsewhere': (place) => replayed(place.runDir, files({ dir: out(place, 'files') })),
  'replay to the console': ({ runDir }) =>
    replayed(runDir, consoleSink({ stream: silent(), progress: false, table: true })),
  'replay to a report': (place) => replayed(place.runDir, report({ dir: out(place, 'reports') })),
  history: async ({ runDir }) => readRunHistory(runDir).problems.map(({ code, message }) => `${code}: ${message}`),
  loadBest: async ({ runDir }) => {
    (await loadBest(runDir)).applyTo(program());
    return [];
  },
  'loadBest of a later compile': async ({ runDir }) => {
    (await loadBest(join(runDir, 'compile_1'))).applyTo(program());
    return [];
  },
  'start of an app': startApp,
};

function call(name: string, run: (place: Place) => Promise<readonly string[]>): Operation {
  return {
    name,
    run: async (place) => {
      const problems = (await run(place)).join('\n');
      return { code: 0, shown: '', problems };
    },
  };
}

/**
 * How often an operation is done, if not for every journal: those that show the same parts of a run in another way, and
 * those that take the most time.
 */
const SHARES: Readonly<Record<string, number>> = {
  'ls --json': 0.2,
  'ls of the run': 0.2,
  'show by name': 0.2,
  'show --trial best': 0.2,
  'diff of trials': 0.2,
  'best --compile 1': 0.2,
  'loadBest of a later compile': 0.2,
  complete: 0.2,
  history: 0.2,
  'report of two': 0.1,
  'files rebuilt elsewhere': 0.2,
  'replay to the console': 0.2,
  'replay to a report': 0.02,
  'report of one': 0.5,
  'export --csv': 0.5,
  'export --jsonl': 0.3,
  'export --parquet': 0.3,
  sync: 0.3,
};

const ALL: readonly Operation[] = [
  ...Object.entries(COMMANDS).map(([name, make]) => command(name, make)),
  ...Object.entries(CALLS).map(([name, run]) => call(name, run)),
  command('prune', PRUNE),
];

/** Everything that reads a run, in this order: the run is gone after the last one. */
export function operations(random: Random): readonly Operation[] {
  return ALL.filter(({ name }) => random.chance(SHARES[name] ?? 1));
}

async function replayed(runDir: string, sink: Sink): Promise<readonly string[]> {
  const { problems } = await replay(runDir, sink, { close: true });
  return problems.map(({ code, message }) => `${code}: ${message}`);
}

function silent(): NonNullable<NonNullable<Parameters<typeof consoleSink>[0]>['stream']> {
  return { write: () => true, columns: 80, isTTY: true };
}

/** A program as an app has one. */
function program(): object {
  return ax('question -> answer');
}

/** An app that does nothing but switch tracking on, where a run of somebody else waits to be delivered. */
async function startApp({ home, url }: Place): Promise<readonly string[]> {
  const heard = recorder();
  const server = mlflow({ trackingUri: url, experiment: 'fuzz', retries: 0, timeoutMs: 1_000 });
  autolog({ sinks: [heard, files(), server], journal: { dir: home.dir } });
  try {
    await shutdown();
    return heard.of('onWarning').map(({ data }) => `${data.code}: ${data.message}`);
  } finally {
    autolog({ disable: true });
  }
}
