import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AutologError } from '../contract/errors.js';
import { received } from '../support/received.js';
import { parseMode } from '../support/settings.js';
import { thrownText } from '../support/snapshot/leaves.js';
import type { AutologOptions } from './autolog.js';
import { isSinkName, SINK_NAMES } from './builtin-sinks.js';
import { checkAutologOptions } from './options.js';

/** Names of configuration files. The first one that exists in the working directory is used. */
const CONFIG_FILES = ['ax-autolog.config.ts', 'ax-autolog.config.mjs', 'ax-autolog.config.json'] as const;

/** Environment variable of each switch. */
const SWITCH_VARIABLES = {
  AX_AUTOLOG_LOG_TRACES: 'logTraces',
  AX_AUTOLOG_LOG_TRACES_FROM_COMPILE: 'logTracesFromCompile',
  AX_AUTOLOG_LOG_TRACES_FROM_EVAL: 'logTracesFromEval',
  AX_AUTOLOG_LOG_COMPILES: 'logCompiles',
  AX_AUTOLOG_LOG_EVALS: 'logEvals',
  AX_AUTOLOG_CERTIFICATE: 'certificate',
  AX_AUTOLOG_DISABLE: 'disable',
  AX_AUTOLOG_SILENT: 'silent',
} as const satisfies Record<string, keyof AutologOptions>;

/**
 * Returns the options of `autolog` from the configuration file and the environment. The environment overrides the file.
 *
 * @throws AutologError `AXL_CONFIG_LOAD` if the file does not exist or cannot be loaded, `AXL_CONFIG_INVALID` if it or a
 * variable holds a wrong value
 */
export async function loadConfig(cwd: string, env: NodeJS.ProcessEnv): Promise<AutologOptions> {
  const file = findConfig(cwd, env);
  const fromFile = file === undefined ? {} : await readConfig(file);
  const fromEnvironment = optionsFromEnvironment(env);
  const traces = { ...fromFile.traces, ...fromEnvironment.traces };
  return { ...fromFile, ...fromEnvironment, ...(Object.keys(traces).length === 0 ? {} : { traces }) };
}

/**
 * Returns the options of `autolog` that the environment sets. It checks `AX_AUTOLOG_JOURNAL` and
 * `AX_AUTOLOG_JOURNAL_MODE` but does not return them: the journal reads those variables and `AX_AUTOLOG_DIR` itself.
 *
 * @throws AutologError `AXL_CONFIG_INVALID` if a variable holds a wrong value
 */
export function optionsFromEnvironment(env: NodeJS.ProcessEnv): AutologOptions {
  const options: Record<string, unknown> = {};
  for (const [variable, name] of Object.entries(SWITCH_VARIABLES)) {
    const value = env[variable];
    if (value !== undefined && value !== '') options[name] = toBoolean(variable, value);
  }
  if (env.AX_AUTOLOG_JOURNAL) toBoolean('AX_AUTOLOG_JOURNAL', env.AX_AUTOLOG_JOURNAL);
  if (env.AX_AUTOLOG_JOURNAL_MODE) checkMode(env.AX_AUTOLOG_JOURNAL_MODE);
  if (env.AX_AUTOLOG_TRACE_RATE) options.traces = { rate: toRate(env.AX_AUTOLOG_TRACE_RATE) };
  if (env.AX_AUTOLOG_SINKS !== undefined) options.sinks = toSinkNames(env.AX_AUTOLOG_SINKS);
  return options as AutologOptions;
}

function findConfig(cwd: string, env: NodeJS.ProcessEnv): string | undefined {
  if (env.AX_AUTOLOG_CONFIG) {
    const file = resolve(cwd, env.AX_AUTOLOG_CONFIG);
    if (existsSync(file)) return file;
    throw new AutologError(
      'AXL_CONFIG_LOAD',
      `AX_AUTOLOG_CONFIG must be the path of a file that exists, got ${received(env.AX_AUTOLOG_CONFIG)}. Correct or unset it.`,
    );
  }
  return CONFIG_FILES.map((name) => resolve(cwd, name)).find((file) => existsSync(file));
}

async function readConfig(file: string): Promise<AutologOptions> {
  let value: unknown;
  try {
    if (file.endsWith('.json')) value = JSON.parse(readFileSync(file, 'utf8'));
    else if (/\.[cm]?ts$/.test(file)) value = await importTypeScript(file);
    else value = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (cause) {
    throw new AutologError('AXL_CONFIG_LOAD', `${file} could not be loaded: ${thrownText(cause)}`, { cause });
  }
  if (value === null || typeof value !== 'object') {
    throw new AutologError(
      'AXL_CONFIG_INVALID',
      `the default export of ${file} must be an object with options of autolog(), got ${received(value)}.`,
    );
  }
  try {
    checkAutologOptions(value);
  } catch (cause) {
    const why = thrownText(cause).replace(/^AXL_BAD_OPTIONS: (autolog: )?/, '');
    throw new AutologError('AXL_CONFIG_INVALID', `${file}: ${why}`, { cause });
  }
  return value as AutologOptions;
}

/**
 * What jiti writes to disk and reads again would be code in a shared folder under a name that others can compute, so all of
 * it is off. The options override jiti's environment variables, such as `JITI_FS_CACHE`.
 */
const NOTHING_ON_DISK = { fsCache: false, esmEvalTempFile: false, tsconfigPaths: false };

/** Node.js 20 cannot import TypeScript, so jiti does. It is loaded only for such a file. */
async function importTypeScript(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url, NOTHING_ON_DISK).import(file, { default: true });
}

function toBoolean(variable: string, value: string): boolean {
  if (['1', 'true', 'on', 'yes'].includes(value.toLowerCase())) return true;
  if (['0', 'false', 'off', 'no'].includes(value.toLowerCase())) return false;
  throw new AutologError('AXL_CONFIG_INVALID', `${variable} must be true or false, got ${received(value)}.`);
}

function checkMode(value: string): void {
  if (parseMode(value) !== null) return;
  throw new AutologError(
    'AXL_CONFIG_INVALID',
    `AX_AUTOLOG_JOURNAL_MODE must be three octal digits, the first of them 7, such as 700 or 770, got ${received(value)}.`,
  );
}

function toRate(value: string): number {
  const rate = Number(value);
  if (value.trim() !== '' && rate >= 0 && rate <= 1) return rate;
  throw new AutologError(
    'AXL_CONFIG_INVALID',
    `AX_AUTOLOG_TRACE_RATE must be a number from 0 to 1, got ${received(value)}.`,
  );
}

function toSinkNames(value: string): readonly string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.find((name) => !isSinkName(name));
  if (unknown === undefined) return names;
  throw new AutologError(
    'AXL_CONFIG_INVALID',
    `AX_AUTOLOG_SINKS must list names out of ${SINK_NAMES.join(', ')}, got ${received(unknown)}. Separate names by commas.`,
  );
}
