import { resolve } from 'node:path';
import type { Prices, TraceOptions } from '../contract/trace-options.js';
import { type Capture, captureOf } from './capture.js';
import { PRIVATE } from './folder/place.js';
import { learnEnvironment } from './redact/environment.js';
import { createRedactor, type RedactOptions, type Redactor } from './redact/redact.js';
import { isIncompatibleCopy, shared } from './shared-state.js';

/** Where and how journals are written. */
export interface JournalSettings {
  /** Folder of the journals. */
  readonly dir?: string;
  /** What a durable event survives. */
  readonly durability?: 'process' | 'fsync';
  /** Permission bits of folders; files have the same without the execute bits. */
  readonly mode?: number;
}

/** The settings of tracking in this process. Only `autolog()` changes them. */
export interface Settings {
  /** Whether `autolog()` was called and not disabled. */
  readonly autologOn: boolean;
  /** Whether nothing is tracked, not even decorated classes: `autolog({ disable: true })`. */
  readonly disabled: boolean;
  /** Whether program calls outside compiles and evaluations are traced. */
  readonly logTraces: boolean;
  /** Whether program calls inside compiles are traced. */
  readonly logTracesFromCompile: boolean;
  /** Whether program calls inside evaluations are traced. */
  readonly logTracesFromEval: boolean;
  /** Whether compiles of ax's optimizers are tracked. */
  readonly logCompiles: boolean;
  /** Whether `Evaluate` and ax's evaluators are tracked outside compiles. */
  readonly logEvals: boolean;
  /** Whether each compile is followed by a certificate that its program is the one its best trial scored. */
  readonly certificate: boolean;
  /** Whether ax-autolog's own warnings stay off the process's warning channel. */
  readonly silent: boolean;
  /** Which content is recorded. */
  readonly capture: Capture;
  /** Which traces are recorded. */
  readonly traces: TraceOptions;
  /** The user's price table; empty to use ax's estimates. */
  readonly prices: Prices;
  /** The journal's options. `null` follows `AX_AUTOLOG_JOURNAL` and `AX_AUTOLOG_DIR`. */
  readonly journal: boolean | null | JournalSettings;
  /** Removes secrets from everything that is recorded. */
  readonly redactor: Redactor;
}

/** Returns the default folder of journals, absolute: `AX_AUTOLOG_DIR`, else `./.ax-autolog`. */
export function defaultJournalDir(): string {
  return resolve(process.env.AX_AUTOLOG_DIR || '.ax-autolog');
}

function isJournalOffByEnvironment(): boolean {
  return ['false', '0', 'off', 'no'].includes((process.env.AX_AUTOLOG_JOURNAL ?? '').toLowerCase());
}

/**
 * Creates a redactor with the built-in rules, the user's, and the values of environment variables with secret names.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option has the wrong type
 */
export function makeRedactor(options?: RedactOptions): Redactor {
  const redactor = createRedactor(options);
  learnEnvironment(redactor, process.env);
  if (process.env.AX_AUTOLOG_KEY) redactor.learn(process.env.AX_AUTOLOG_KEY);
  return redactor;
}

/**
 * Returns the settings before the first call of `autolog()`. Autolog is off; the switches have the defaults of
 * `mlflow.dspy.autolog`.
 */
export function defaultSettings(): Settings {
  return {
    autologOn: false,
    disabled: isIncompatibleCopy,
    logTraces: true,
    logTracesFromCompile: false,
    logTracesFromEval: true,
    logCompiles: false,
    logEvals: false,
    certificate: true,
    silent: false,
    capture: captureOf({}, process.env),
    traces: {},
    prices: {},
    journal: null,
    redactor: makeRedactor(),
  };
}

const state = shared('settings', () => ({ current: defaultSettings() }));

/** Returns the current settings. */
export function settings(): Settings {
  return state.current;
}

/** Replaces the settings. An incompatible copy of the package stays disabled. */
export function setSettings(next: Settings): void {
  state.current = isIncompatibleCopy ? { ...next, autologOn: false, disabled: true } : next;
}

/** Returns the folder (absolute), durability and permission bits for the journal of a new run, or `null` if the journal is off. */
export function journalTarget(): Required<JournalSettings> | null {
  const { journal } = state.current;
  if (journal === false || (journal === null && isJournalOffByEnvironment())) return null;
  const options = journal === null || journal === true ? {} : journal;
  return {
    dir: options.dir === undefined ? defaultJournalDir() : resolve(options.dir),
    durability: options.durability ?? 'process',
    mode: options.mode ?? modeOfEnvironment(),
  };
}

/** Returns the permission bits of the journal's folders, also for commands, which have no options of `autolog()`. */
export function journalMode(): number {
  const { journal } = state.current;
  return (typeof journal === 'object' ? journal?.mode : undefined) ?? modeOfEnvironment();
}

function modeOfEnvironment(): number {
  return parseMode(process.env.AX_AUTOLOG_JOURNAL_MODE ?? '') ?? PRIVATE;
}

/**
 * Returns the permission bits that a text such as `770` names, or `null` if it names none. The owner must have all three,
 * because this process is the owner.
 */
export function parseMode(text: string): number | null {
  const mode = /^(?:0o?)?[0-7]{3}$/.test(text) ? Number.parseInt(text.slice(-3), 8) : Number.NaN;
  return isFolderMode(mode) ? mode : null;
}

/** Returns whether a number can be the permission bits of a folder that this process writes to. */
export function isFolderMode(mode: unknown): mode is number {
  return typeof mode === 'number' && Number.isInteger(mode) && mode <= 0o777 && (mode & 0o700) === 0o700;
}
