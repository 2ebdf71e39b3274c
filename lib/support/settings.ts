import { resolve } from 'node:path';
import type { Prices, TraceOptions } from '../contract/trace-options.js';
import { createRedactor, learnEnvironment, type RedactOptions, type Redactor } from './redact/redact.js';
import { shared, staysOut } from './shared-state.js';

/** What tracking does now. Changed only by `autolog()`. */
export interface Settings {
  /** `autolog()` was called and not disabled. */
  readonly autologOn: boolean;
  /** `autolog({ disable: true })`: everything is silent, decorated classes too. */
  readonly disabled: boolean;
  readonly logTraces: boolean;
  readonly logTracesFromCompile: boolean;
  readonly logTracesFromEval: boolean;
  readonly logCompiles: boolean;
  readonly logEvals: boolean;
  /** After a compile, certify that what it returned is what its best trial scored. */
  readonly certificate: boolean;
  /** Keeps ax-autolog's own warnings off the process's warning channel. */
  readonly silent: boolean;
  readonly capture: { readonly inputs: boolean; readonly outputs: boolean };
  readonly traces: TraceOptions;
  readonly prices: Prices;
  /** `null` follows the environment: `AX_AUTOLOG_JOURNAL` and `AX_AUTOLOG_DIR`. */
  readonly journal: boolean | null | { readonly dir?: string; readonly durability?: 'process' | 'fsync' };
  readonly redactor: Redactor;
}

/** Returns the default folder of journals, absolute: `AX_AUTOLOG_DIR`, else `./.ax-autolog`. */
export function defaultJournalDir(): string {
  return resolve(process.env.AX_AUTOLOG_DIR || '.ax-autolog');
}

/** `AX_AUTOLOG_JOURNAL` is one of `false`, `0`, `off`, `no`. */
function journalOffByEnvironment(): boolean {
  return ['false', '0', 'off', 'no'].includes((process.env.AX_AUTOLOG_JOURNAL ?? '').toLowerCase());
}

/** A redactor with the built-in rules, the user's, and every secret that the environment names as one. */
export function makeRedactor(options?: RedactOptions): Redactor {
  const redactor = createRedactor(options);
  learnEnvironment(redactor, process.env);
  return redactor;
}

/** The settings before any `autolog()` call: those of `mlflow.dspy.autolog`, with autolog itself off. */
export function defaultSettings(): Settings {
  return {
    autologOn: false,
    disabled: staysOut,
    logTraces: true,
    logTracesFromCompile: false,
    logTracesFromEval: true,
    logCompiles: false,
    logEvals: false,
    certificate: true,
    silent: false,
    capture: { inputs: true, outputs: true },
    traces: {},
    prices: {},
    journal: null,
    redactor: makeRedactor(),
  };
}

const state = shared('settings', () => ({ current: defaultSettings() }));

/** The settings in force. */
export function settings(): Settings {
  return state.current;
}

/** Replaces the settings. */
export function setSettings(next: Settings): void {
  state.current = staysOut ? { ...next, autologOn: false, disabled: true } : next;
}

/** `value` where inputs are captured, else null. */
export function capturedInput<T>(value: T): T | null {
  return state.current.capture.inputs ? value : null;
}

/** `value` where outputs are captured, else null. */
export function capturedOutput<T>(value: T): T | null {
  return state.current.capture.outputs ? value : null;
}

/** Where a run that starts now is journaled, or `null` when the journal is off. */
export function journalTarget(): { readonly dir: string; readonly durability: 'process' | 'fsync' } | null {
  const { journal } = state.current;
  if (journal === false || (journal === null && journalOffByEnvironment())) return null;
  const options = journal === null || journal === true ? {} : journal;
  return {
    dir: options.dir === undefined ? defaultJournalDir() : resolve(options.dir),
    durability: options.durability ?? 'process',
  };
}
