import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, readJson } from '../repository/tree.js';

/** What `npm pack` said of the tarball. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** An empty project elsewhere on the disk, into which the packed tarball was installed from the registry. */
export interface Consumer {
  readonly folder: string;
  readonly tarball: string;
  /** Paths in the tarball. */
  readonly packed: readonly string[];
  /** Folder of the installed package. */
  readonly installed: string;
  /** Runs node in the project with these variables; returns standard output. Throws with both outputs on failure. */
  node(args: readonly string[], env?: Readonly<Record<string, string>>): string;
  /** Writes a file of the project. */
  write(path: string, text: string): void;
  remove(): void;
}

/** The environment without what npm tells its scripts about the package they run for. */
function outsideOfNpm(): NodeJS.ProcessEnv {
  const inherited =
    /^(npm_(package|lifecycle|config_local_prefix|command|node_execpath|execpath)|INIT_CWD|NODE_OPTIONS|AX_AUTOLOG_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
}

function npm(cwd: string, ...args: string[]): string {
  const options = { cwd, env: outsideOfNpm(), encoding: 'utf8', shell: process.platform === 'win32' } as const;
  return execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function run(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): string {
  const options = { cwd, env: { ...outsideOfNpm(), ...env }, encoding: 'utf8', timeout: 120_000 } as const;
  const result = spawnSync(process.execPath, [...args], options);
  if (result.status !== 0) {
    throw new Error(
      `node ${args.join(' ')} ended with ${result.signal ?? result.status}:\n${result.stdout}${result.stderr}`,
    );
  }
  return result.stdout;
}

/** What the consumer installs beside the package: ax, and OpenTelemetry's SDK as a user of the otel sink has it. */
const PEERS = [
  '@ax-llm/ax',
  '@opentelemetry/api',
  '@opentelemetry/context-async-hooks',
  '@opentelemetry/exporter-trace-otlp-proto',
  '@opentelemetry/sdk-trace-base',
];

/** Packs what `dist` holds and installs it, with its peers, into a new project. */
export function makeConsumer(): Consumer {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'ax-autolog-consumer-')));
  const [packed] = JSON.parse(npm(ROOT, 'pack', '--json', '--pack-destination', folder)) as [Packed];
  const tarball = join(folder, packed.filename);
  const { devDependencies } = readJson<{ devDependencies: Record<string, string> }>('package.json');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, version: '1.0.0' }));
  const peers = PEERS.map((name) => `${name}@${devDependencies[name]}`);
  npm(folder, 'install', '--prefer-offline', tarball, ...peers);
  cpSync(join(ROOT, 'spec/package/consumer'), folder, { recursive: true });
  return {
    folder,
    tarball,
    packed: packed.files.map(({ path }) => path),
    installed: join(folder, 'node_modules/ax-autolog'),
    node: (args, env = {}) => run(folder, args, env),
    write: (path, text) => {
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Every event in the journals below a folder of runs, in order of the lines. */
export function journaled(folder: string, files: readonly string[]): { type: string; data: Record<string, unknown> }[] {
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type: string; data: Record<string, unknown> }),
  );
}
