import { userInfo } from 'node:os';
import { AutologError, received, VERSION } from 'ax-autolog/sink';
import type { ApiOptions } from './client/api.js';
import { credentialsFrom, type GivenCredentials } from './client/credentials.js';
import { type Exposure, exposuresOf } from './client/exposure.js';
import { proxyFor } from './client/wire/proxy.js';
import type { PromptChoice } from './mapping/compiles.js';

/** Options of {@link mlflow}. The defaults come from MLflow's own environment variables. */
export interface MlflowOptions {
  /**
   * Address of the tracking server, such as `http://127.0.0.1:5000`. With `databricks`, host and token are read from
   * `DATABRICKS_HOST` and `DATABRICKS_TOKEN`. Default: `MLFLOW_TRACKING_URI`. Required in one of the two places.
   */
  readonly trackingUri?: string;
  /**
   * Name of the experiment. It is created if it does not exist. Overrides `experimentId`. Default: `MLFLOW_EXPERIMENT_NAME`,
   * else `Default`.
   */
  readonly experiment?: string;
  /** Id of an existing experiment, used if `experiment` is not set. Default: `MLFLOW_EXPERIMENT_ID`. */
  readonly experimentId?: string;
  /**
   * User name for HTTP basic authentication, together with `password`. If `username` or `token` is set, the credentials in
   * the address and in the environment are ignored. Default: `MLFLOW_TRACKING_USERNAME`.
   */
  readonly username?: string;
  /** Password for HTTP basic authentication. Default: `MLFLOW_TRACKING_PASSWORD`. */
  readonly password?: string;
  /** Bearer token, used if user name and password are not both set. Default: `MLFLOW_TRACKING_TOKEN`. */
  readonly token?: string;
  /**
   * Instructions that are registered as prompt versions in MLflow's Prompt Registry: `best` registers those of the seed and
   * of the best program, `all` also those of every proposal, `none` registers nothing. Default: `best`. On Databricks
   * always `none`, because its prompts are kept in Unity Catalog under names with a catalog and a schema.
   */
  readonly prompts?: PromptChoice;
  /** Prefix of prompt names: `<prefix>.<component>`. Default: the experiment's name, or `ax` if it is `Default` or set by id. */
  readonly promptPrefix?: string;
  /** Timeout of one request, in milliseconds. Default: `MLFLOW_HTTP_REQUEST_TIMEOUT` (seconds), else 30,000. */
  readonly timeoutMs?: number;
  /**
   * Retries of one request. If all fail, the batch is delivered again later, from the journal. Default:
   * `MLFLOW_HTTP_REQUEST_MAX_RETRIES`, else 3.
   */
  readonly retries?: number;
}

/** Settings of the sink, from its options and the environment. */
export interface MlflowSettings {
  readonly api: ApiOptions;
  readonly experiment: { readonly name: string } | { readonly id: string };
  readonly prompts: PromptChoice;
  readonly promptPrefix: string;
  /** User that runs are attributed to; left out if the system does not report one. */
  readonly user?: string;
  /** MLflow's id of the run to continue (`MLFLOW_RUN_ID`). */
  readonly runId: string | undefined;
  /** Name under which the journal stores the position of this server and experiment. */
  readonly target: string;
  /** Warnings about the connection. */
  readonly exposures: readonly Exposure[];
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
/** Options whose values never appear in a message. */
const SECRET_OPTIONS: ReadonlySet<string> = new Set(['username', 'password', 'token', 'trackingUri']);
const PROMPT_CHOICES: readonly unknown[] = ['best', 'all', 'none'];
const TIMEOUT_MS = 30_000;
const RETRIES = 3;

/**
 * Returns the settings from options and environment. Options override the environment.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option is unknown or has the wrong type, `AXL_MLFLOW_CONFIG` if the address
 * is missing or unusable or a certificate cannot be read
 */
export function settingsFrom(options: MlflowOptions, env: NodeJS.ProcessEnv): MlflowSettings {
  check(options);
  const address = addressFrom(options, env);
  const credentials = credentialsFrom(address.given, env);
  const experiment = experimentFrom(options, env);
  const label = 'name' in experiment ? experiment.name : experiment.id;
  const user = credentials.user ?? systemUser();
  const connection = { baseUrl: address.baseUrl, credentials, proxy: proxyFor(new URL(address.baseUrl), env) };
  return {
    api: apiOptions(options, env, connection),
    exposures: exposuresOf({ ...connection, isDatabricks: address.isDatabricks }),
    experiment,
    // Databricks keeps prompts in Unity Catalog, under names with a catalog and a schema.
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
  connection: Pick<ApiOptions, 'baseUrl' | 'credentials' | 'proxy'>,
): ApiOptions {
  const seconds = numberIn(env.MLFLOW_HTTP_REQUEST_TIMEOUT);
  const retries = options.retries ?? numberIn(env.MLFLOW_HTTP_REQUEST_MAX_RETRIES) ?? RETRIES;
  const workspace = env.MLFLOW_WORKSPACE;
  return {
    ...connection,
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
      'the address of the tracking server must be set. Set MLFLOW_TRACKING_URI or pass mlflow({ trackingUri: "http://127.0.0.1:5000" }).',
    );
  }
  const { username, password, token } = options;
  if (/^databricks(?::\/\/.*)?$/.test(uri)) {
    const [host, secret] = [env.DATABRICKS_HOST, token ?? env.DATABRICKS_TOKEN];
    if (!host || !secret)
      throw config(`tracking URI '${uri}' needs a host and a token. Set DATABRICKS_HOST and DATABRICKS_TOKEN.`);
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
  // The whole text may hold a password.
  const got = url ? `'${url.protocol}//…'` : 'a text that is no URL';
  throw config(
    `the tracking URI must be http://…, https://… or databricks, got ${got}. For files and databases, start a server: mlflow server --backend-store-uri …`,
  );
}

/** Returns the address without credentials, query and trailing slash. */
function baseOf(url: URL): string {
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function config(text: string): AutologError {
  return new AutologError('AXL_MLFLOW_CONFIG', text);
}

function check(options: unknown): asserts options is MlflowOptions {
  if (options === null || typeof options !== 'object') {
    throw badOptions(`options must be an object, got ${received(options)}. Pass an object or nothing.`);
  }
  for (const [name, value] of Object.entries(options)) {
    const expected = (OPTIONS as Readonly<Record<string, string>>)[name];
    if (expected === undefined) {
      const known = Object.keys(OPTIONS).join(', ');
      throw badOptions(`each option must be one of ${known}, got '${name}'. Remove it or correct its name.`);
    }
    const isWrong = typeof value !== expected || (expected === 'number' && !(Number(value) >= 0));
    if (value !== undefined && isWrong) {
      const wanted = expected === 'number' ? 'a number from 0' : 'a string';
      const got = SECRET_OPTIONS.has(name) ? `a value of type ${typeof value}` : received(value);
      throw badOptions(`${name} must be ${wanted}, got ${got}. Leave it out to use the default.`);
    }
  }
  const { prompts } = options as MlflowOptions;
  if (prompts !== undefined && !PROMPT_CHOICES.includes(prompts)) {
    throw badOptions(
      `prompts must be 'best', 'all' or 'none', got ${received(prompts)}. Leave it out to use the default.`,
    );
  }
}

function badOptions(text: string): AutologError {
  return new AutologError('AXL_BAD_OPTIONS', `mlflow(): ${text}`);
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
