import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AutologError } from '../contract/errors.js';
import type { AutologOptions } from './autolog.js';
import { isSinkName, SINK_NAMES } from './builtin-sinks.js';
import { checkAutologOptions } from './options.js';

/** File names that are looked for in the working directory, in this order. */
export const CONFIG_FILES = ['ax-autolog.config.ts', 'ax-autolog.config.mjs', 'ax-autolog.config.json'] as const;

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

/** Options for `autolog` from a configuration file and from the environment; the environment wins. */
export async function loadConfig(cwd: string, env: NodeJS.ProcessEnv): Promise<AutologOptions> {
  const file = findConfig(cwd, env);
  const fromFile = file === undefined ? {} : await readConfig(file);
  const fromEnvironment = optionsFromEnvironment(env);
  const traces = { ...fromFile.traces, ...fromEnvironment.traces };
  return { ...fromFile, ...fromEnvironment, ...(Object.keys(traces).length === 0 ? {} : { traces }) };
}

/**
 * Options that the environment sets. `AX_AUTOLOG_DIR` and `AX_AUTOLOG_JOURNAL` are not among them: the journal reads
 * them itself; here the second is only checked.
 * @throws AutologError `AXL_CONFIG_INVALID` for a value that is no boolean, no rate, or an unknown sink.
 */
export function optionsFromEnvironment(env: NodeJS.ProcessEnv): AutologOptions {
  const options: Record<string, unknown> = {};
  for (const [variable, name] of Object.entries(SWITCH_VARIABLES)) {
    const value = env[variable];
    if (value !== undefined && value !== '') options[name] = toBoolean(variable, value);
  }
  if (env.AX_AUTOLOG_JOURNAL) toBoolean('AX_AUTOLOG_JOURNAL', env.AX_AUTOLOG_JOURNAL);
  if (env.AX_AUTOLOG_TRACE_RATE) options.traces = { rate: toRate(env.AX_AUTOLOG_TRACE_RATE) };
  if (env.AX_AUTOLOG_SINKS !== undefined) options.sinks = toSinkNames(env.AX_AUTOLOG_SINKS);
  return options as AutologOptions;
}

function findConfig(cwd: string, env: NodeJS.ProcessEnv): string | undefined {
  if (env.AX_AUTOLOG_CONFIG) {
    const file = resolve(cwd, env.AX_AUTOLOG_CONFIG);
    if (existsSync(file)) return file;
    throw new AutologError('AXL_CONFIG_LOAD', `AX_AUTOLOG_CONFIG names ${env.AX_AUTOLOG_CONFIG}, which does not exist`);
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
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AutologError('AXL_CONFIG_LOAD', `${file} could not be loaded: ${why}`, { cause });
  }
  if (value === null || typeof value !== 'object') {
    throw new AutologError(
      'AXL_CONFIG_INVALID',
      `${file} gave ${value === undefined ? 'no default export' : typeof value}; expected the options of autolog() as its default export`,
    );
  }
  try {
    checkAutologOptions(value);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^AXL_BAD_OPTIONS: autolog: /, '') : String(cause);
    throw new AutologError('AXL_CONFIG_INVALID', `${file}: ${why}`, { cause });
  }
  return value as AutologOptions;
}

/** Node 20 runs no TypeScript by itself: jiti does, and is loaded only for such a file. */
async function importTypeScript(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url).import(file, { default: true });
}

function toBoolean(variable: string, value: string): boolean {
  if (['1', 'true', 'on', 'yes'].includes(value.toLowerCase())) return true;
  if (['0', 'false', 'off', 'no'].includes(value.toLowerCase())) return false;
  throw new AutologError('AXL_CONFIG_INVALID', `${variable} came as '${value}'; expected true or false`);
}

function toRate(value: string): number {
  const rate = Number(value);
  if (value.trim() !== '' && rate >= 0 && rate <= 1) return rate;
  throw new AutologError(
    'AXL_CONFIG_INVALID',
    `AX_AUTOLOG_TRACE_RATE came as '${value}'; expected a number from 0 to 1`,
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
    `AX_AUTOLOG_SINKS names '${unknown}'; expected a list of ${SINK_NAMES.join(', ')}`,
  );
}
