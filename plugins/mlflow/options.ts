import { userInfo } from 'node:os';
import { AutologError, VERSION } from 'ax-autolog/sink';
import type { ApiOptions } from './client/api.js';
import { type Credentials, credentialsFrom, type GivenCredentials } from './client/credentials.js';
import type { PromptChoice } from './mapping/compiles.js';

/** Options of {@link mlflow}. Everything has a default from MLflow's own environment variables. */
export interface MlflowOptions {
  /**
   * Address of the tracking server: `http://127.0.0.1:5000`, or `databricks` (host and token from `DATABRICKS_HOST` and
   * `DATABRICKS_TOKEN`). Default: `MLFLOW_TRACKING_URI`.
   */
  readonly trackingUri?: string;
  /** Name of the experiment, which is made if there is none. Default: `MLFLOW_EXPERIMENT_NAME`, else `Default`. */
  readonly experiment?: string;
  /** Id of the experiment, in place of its name. Default: `MLFLOW_EXPERIMENT_ID`. */
  readonly experimentId?: string;
  /** Default: `MLFLOW_TRACKING_USERNAME`. */
  readonly username?: string;
  /** Default: `MLFLOW_TRACKING_PASSWORD`. */
  readonly password?: string;
  /** Bearer token. Default: `MLFLOW_TRACKING_TOKEN`. */
  readonly token?: string;
  /**
   * Which instructions become versions of prompts in the Prompt Registry: `best` (default) the seed's and the winner's,
   * `all` every proposal's too, `none` no one's.
   */
  readonly prompts?: PromptChoice;
  /** Begins the names of prompts: `<prefix>.<component>`. Default: the experiment's name. */
  readonly promptPrefix?: string;
  /** Time for one request, in milliseconds. Default: `MLFLOW_HTTP_REQUEST_TIMEOUT` (seconds), else 30,000. */
  readonly timeoutMs?: number;
  /** Repeats of a request before the batch is given back to the journal. Default: `MLFLOW_HTTP_REQUEST_MAX_RETRIES`, else 3. */
  readonly retries?: number;
}

/** Options and environment put together. */
export interface MlflowSettings {
  readonly api: ApiOptions;
  readonly experiment: { readonly name: string } | { readonly id: string };
  readonly prompts: PromptChoice;
  readonly promptPrefix: string;
  readonly user?: string;
  readonly runId: string | undefined;
  readonly target: string;
}

const OPTIONS: Readonly<Record<keyof MlflowOptions, 'string' | 'number'>> = {
  trackingUri: 'string',
  experiment: 'string',
  experimentId: 'string',
  username: 'string',
  password: 'string',
  token: 'string',
  prompts: 'string',
  promptPrefix: 'string',
  timeoutMs: 'number',
  retries: 'number',
};
const PROMPT_CHOICES: readonly unknown[] = ['best', 'all', 'none'];
const TIMEOUT_MS = 30_000;
const RETRIES = 3;

/**
 * Puts options and environment together.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` for an option of a wrong type, `AXL_MLFLOW_CONFIG` without a usable address
 */
export function settingsFrom(options: MlflowOptions, env: NodeJS.ProcessEnv): MlflowSettings {
  check(options);
  const address = addressFrom(options, env);
  const credentials = credentialsFrom(address.given, env);
  const experiment = experimentFrom(options, env);
  const label = 'name' in experiment ? experiment.name : experiment.id;
  const user = credentials.user ?? systemUser();
  return {
    api: apiOptions(options, env, address.baseUrl, credentials),
    experiment,
    // Databricks keeps prompts in Unity Catalog, under names with a catalog and schema.
    prompts: address.isDatabricks ? 'none' : (options.prompts ?? 'best'),
    promptPrefix: options.promptPrefix ?? ('name' in experiment && label !== 'Default' ? label : 'ax'),
    ...(user === undefined ? {} : { user }),
    runId: env.MLFLOW_RUN_ID || undefined,
    target: `mlflow:${address.baseUrl}#${'name' in experiment ? label : `id:${label}`}`,
  };
}

function apiOptions(
  options: MlflowOptions,
  env: NodeJS.ProcessEnv,
  baseUrl: string,
  credentials: Credentials,
): ApiOptions {
  const seconds = numberIn(env.MLFLOW_HTTP_REQUEST_TIMEOUT);
  const retries = options.retries ?? numberIn(env.MLFLOW_HTTP_REQUEST_MAX_RETRIES) ?? RETRIES;
  const workspace = env.MLFLOW_WORKSPACE;
  return {
    baseUrl,
    credentials,
    timeoutMs: options.timeoutMs ?? (seconds === undefined ? TIMEOUT_MS : seconds * 1_000),
    retry: { retries, firstPauseMs: 250, lastPauseMs: 20_000 },
    headers: { 'user-agent': `ax-autolog/${VERSION}`, ...(workspace ? { 'x-mlflow-workspace': workspace } : {}) },
    background: true,
  };
}

function experimentFrom(options: MlflowOptions, env: NodeJS.ProcessEnv): MlflowSettings['experiment'] {
  if (options.experiment) return { name: options.experiment };
  if (options.experimentId) return { id: options.experimentId };
  if (env.MLFLOW_EXPERIMENT_NAME) return { name: env.MLFLOW_EXPERIMENT_NAME };
  if (env.MLFLOW_EXPERIMENT_ID) return { id: env.MLFLOW_EXPERIMENT_ID };
  return { name: 'Default' };
}

interface Address {
  readonly baseUrl: string;
  readonly given: GivenCredentials;
  readonly isDatabricks: boolean;
}

function addressFrom(options: MlflowOptions, env: NodeJS.ProcessEnv): Address {
  const uri = options.trackingUri || env.MLFLOW_TRACKING_URI;
  if (!uri) {
    throw config(
      'no tracking server: set MLFLOW_TRACKING_URI or pass mlflow({ trackingUri: "http://127.0.0.1:5000" })',
    );
  }
  const { username, password, token } = options;
  if (/^databricks(?::\/\/.*)?$/.test(uri)) {
    const [host, secret] = [env.DATABRICKS_HOST, token ?? env.DATABRICKS_TOKEN];
    if (!host || !secret) throw config(`tracking URI '${uri}' needs DATABRICKS_HOST and DATABRICKS_TOKEN to be set`);
    const url = parseUrl(host.includes('://') ? host : `https://${host}`);
    return { baseUrl: baseOf(url), given: { token: secret }, isDatabricks: true };
  }
  const url = parseUrl(uri);
  const inUri = {
    username: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
  };
  const given = username !== undefined || token !== undefined ? { username, password, token } : inUri;
  return { baseUrl: baseOf(url), given, isDatabricks: false };
}

function parseUrl(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const came = url ? `'${url.protocol}//…'` : 'no URL';
  throw config(
    `the tracking URI is ${came}; expected http://…, https://… or databricks. Files and databases are only reached through a server: mlflow server --backend-store-uri …`,
  );
}

/** Without credentials, query and the slash at the end. */
function baseOf(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function config(text: string): AutologError {
  return new AutologError('AXL_MLFLOW_CONFIG', text);
}

function check(options: unknown): asserts options is MlflowOptions {
  if (options === null || typeof options !== 'object') {
    throw new AutologError('AXL_BAD_OPTIONS', `mlflow(): options came as ${typeof options}; expected an object`);
  }
  for (const [name, value] of Object.entries(options)) {
    const expected = (OPTIONS as Readonly<Record<string, string>>)[name];
    if (expected === undefined) {
      const known = Object.keys(OPTIONS).join(', ');
      throw new AutologError('AXL_BAD_OPTIONS', `mlflow(): there is no option '${name}'; expected one of ${known}`);
    }
    const isWrong = typeof value !== expected || (expected === 'number' && !(Number(value) >= 0));
    if (value !== undefined && isWrong) {
      const came = expected === 'number' && typeof value === 'number' ? String(value) : typeof value;
      throw new AutologError('AXL_BAD_OPTIONS', `mlflow(): ${name} came as ${came}; expected a ${expected}`);
    }
  }
  const { prompts } = options as MlflowOptions;
  if (prompts !== undefined && !PROMPT_CHOICES.includes(prompts)) {
    throw new AutologError('AXL_BAD_OPTIONS', `mlflow(): prompts came as '${prompts}'; expected best, all or none`);
  }
}

function numberIn(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || text === '' || !(value >= 0) ? undefined : value;
}

function systemUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
