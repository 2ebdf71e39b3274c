import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after } from 'mocha';
import { cleanEnvironment, python, pythonScript } from './environment.js';

const START_LIMIT_MS = 120_000;

/** How a server is started. */
export interface ServerOptions {
  /** Names and passwords are asked for (`--app-name basic-auth`). */
  readonly auth?: { readonly username: string; readonly password: string };
}

/** A real MLflow server on a free loopback port, with a database and artifacts of its own. */
export class MlflowServer {
  #child: ChildProcess | null = null;
  #log = '';
  readonly #folder = mkdtempSync(join(tmpdir(), 'ax-autolog-mlflow-'));

  private constructor(
    readonly port: number,
    private readonly options: ServerOptions,
  ) {}

  /** Starts one; resolves when it answers. */
  static async start(options: ServerOptions = {}): Promise<MlflowServer> {
    const server = new MlflowServer(await freePort(), options);
    running.add(server);
    await server.up();
    return server;
  }

  get uri(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it on the same port and database as before. */
  async up(): Promise<void> {
    if (this.#child) return;
    const child = spawn(python(), [pythonScript('serve.py'), ...this.#command()], {
      env: cleanEnvironment(this.#environment()),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#log = (this.#log + text).slice(-20_000);
      });
    }
    await this.#answering(child);
  }

  /** Kills it with all its processes, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.stdin?.end();
    await once(child, 'close');
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    await this.kill();
    running.delete(this);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #command(): string[] {
    const database = `sqlite:///${join(this.#folder, 'mlflow.db')}`;
    const artifacts = join(this.#folder, 'artifacts');
    const where = ['--host', '127.0.0.1', '--port', String(this.port), '--workers', '1'];
    const app = this.options.auth ? ['--app-name', 'basic-auth'] : [];
    const stores = ['--backend-store-uri', database, '--artifacts-destination', artifacts];
    return [python(), '-m', 'mlflow', 'server', ...where, ...stores, ...app];
  }

  #environment(): Record<string, string> {
    // Without the last it looks for prices on the internet.
    const plain = {
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_MODEL_CATALOG_URI: '',
    };
    if (!this.options.auth) return plain;
    const config = join(this.#folder, 'auth.ini');
    const { username, password } = this.options.auth;
    const settings = {
      default_permission: 'READ',
      database_uri: `sqlite:///${join(this.#folder, 'auth.db')}`,
      admin_username: username,
      admin_password: password,
      authorization_function: 'mlflow.server.auth:authenticate_request_basic_auth',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
    writeFileSync(config, ['[mlflow]', ...lines, ''].join('\n'));
    return { ...plain, MLFLOW_AUTH_CONFIG_PATH: config, MLFLOW_FLASK_SERVER_SECRET_KEY: 'only for tests' };
  }

  async #answering(child: ChildProcess): Promise<void> {
    for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await sleep(100)) {
      if (child.exitCode !== null) throw new Error(`the MLflow server ended while starting:\n${this.#log}`);
      if (await isHealthy(this.port)) return;
    }
    throw new Error(`the MLflow server did not answer within ${START_LIMIT_MS / 1_000} s:\n${this.#log}`);
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function isHealthy(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const ask = request({ host: '127.0.0.1', port, path: '/health', timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    ask.once('error', () => resolve(false));
    ask.once('timeout', () => ask.destroy(new Error('no answer')));
    ask.end();
  });
}

const running = new Set<MlflowServer>();
let shared: Promise<MlflowServer> | undefined;

/** The server that all suites of this folder use. */
export function sharedServer(): Promise<MlflowServer> {
  shared ??= MlflowServer.start();
  return shared;
}

after(async function stopServers() {
  this.timeout(30_000);
  await Promise.all([...running].map((server) => server.stop()));
});
