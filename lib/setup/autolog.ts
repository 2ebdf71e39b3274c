import { instrumentAx, instrumentAxSync, restoreAx } from '../capture/ax/index.js';
import { checkFree, checkSink, registerLoading, registry } from '../deliver/registry.js';
import type { RedactOptions } from '../support/redact/redact.js';
import { defaultSettings, makeRedactor, type Settings, setSettings } from '../support/settings.js';
import { warn } from '../support/warnings.js';
import { defaultSinkNames, deliveryOf, loadSink, type SinkName } from './builtin-sinks.js';
import { checkAutologOptions } from './options.js';
// The end of the process must be noticed also where nothing else of the package is loaded, as by `register`.
import './shutdown.js';
import type { Sink } from '../contract/sink.js';
import type { Prices, TraceOptions } from '../contract/trace-options.js';
import { shared, staysOut } from '../support/shared-state.js';
import { endPredictions } from '../track/traces/record.js';

/** What `autolog` takes. The switches and their defaults are those of `mlflow.dspy.autolog`. */
export interface AutologOptions {
  /** Traces of program calls outside compiles and evaluations. Default: true. */
  readonly logTraces?: boolean;
  /** Traces of program calls inside compiles. Default: false. */
  readonly logTracesFromCompile?: boolean;
  /** Traces of program calls inside evaluations. Default: true. */
  readonly logTracesFromEval?: boolean;
  /** Track the compiles of ax's own optimizers. Default: false. Decorated classes are tracked whatever this says. */
  readonly logCompiles?: boolean;
  /** Track `Evaluate` and ax's own evaluators outside of compiles. Default: false. */
  readonly logEvals?: boolean;
  /**
   * After each compile that returned a program, certify that it is the one that its best trial scored and that it survives
   * saving and loading (`onCertificate`). No LM is called. Default: true.
   */
  readonly certificate?: boolean;
  /** Silences everything and puts ax back as it was. Default: false. */
  readonly disable?: boolean;
  /** Keeps warnings that no sink hears off the process's warning channel. Default: false. */
  readonly silent?: boolean;
  /**
   * Where it goes: sinks, or the names `console`, `files`, `mlflow`, `otel` and `report`. Default: `mlflow` where
   * `MLFLOW_TRACKING_URI` is set, `files` otherwise, and `console` when standard error is a terminal. They replace those of an earlier `autolog`
   * call; sinks given to `registry.register` stay.
   */
  readonly sinks?: readonly (Sink | SinkName)[];
  /** What must not be written anywhere, beside the built-in rules for keys and tokens. */
  readonly redact?: RedactOptions;
  /** Whether inputs (examples, datasets) and outputs (predictions) are kept. Default: both. */
  readonly capture?: { readonly inputs?: boolean; readonly outputs?: boolean };
  /** Which traces are kept (all, by default) and how many spans one may have (1,000). */
  readonly traces?: TraceOptions;
  /** What models cost, in US dollars for a million tokens, by name or pattern (`gpt-4o*`). Default: ax's own estimate. */
  readonly prices?: Prices;
  /**
   * The journal: `false` turns it off; `dir` is its folder (default `AX_AUTOLOG_DIR`, else `./.ax-autolog`); durability
   * `process` (default) survives a killed process, `fsync` a power loss too.
   */
  readonly journal?: boolean | { readonly dir?: string; readonly durability?: 'process' | 'fsync' };
}

/** Sinks of the last `autolog` call, by identity or name, with what unregisters them. */
const own = shared('sinks of autolog', () => new Map<Sink | SinkName, () => Promise<void>>());

/**
 * Switches tracking on for ax's optimizers, evaluators and programs, in every copy of ax that is loaded. It takes effect
 * at once. Called again it replaces switches and sinks of the earlier call.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` when an option has a wrong type or is not known, `AXL_SINK_INVALID` or
 * `AXL_SINK_DUPLICATE` for a sink. Nothing has changed then.
 * @example
 * autolog({ logCompiles: true, logEvals: true });
 */
export function autolog(options: AutologOptions = {}): void {
  checkAutologOptions(options);
  if (staysOut) return;
  const wanted = options.disable ? [] : sinksOf(options);
  checkNames(wanted);
  if (options.disable) endPredictions();
  setSettings(settingsOf(options));
  replaceSinks(wanted);
  if (options.disable) {
    restoreAx();
    return;
  }
  try {
    instrumentAxSync();
    instrumentAx().catch((error: unknown) => reportAx(error));
  } catch (error) {
    reportAx(error);
  }
}

function settingsOf(options: AutologOptions): Settings {
  const base = defaultSettings();
  const { disable = false, capture = {}, redact, journal = null } = options;
  return {
    autologOn: !disable,
    disabled: disable,
    logTraces: options.logTraces ?? base.logTraces,
    logTracesFromCompile: options.logTracesFromCompile ?? base.logTracesFromCompile,
    logTracesFromEval: options.logTracesFromEval ?? base.logTracesFromEval,
    logCompiles: options.logCompiles ?? base.logCompiles,
    logEvals: options.logEvals ?? base.logEvals,
    certificate: options.certificate ?? base.certificate,
    silent: options.silent ?? base.silent,
    capture: { inputs: capture.inputs ?? true, outputs: capture.outputs ?? true },
    traces: options.traces ?? {},
    prices: options.prices ?? {},
    journal,
    redactor: makeRedactor(redact),
  };
}

function sinksOf(options: AutologOptions): readonly (Sink | SinkName)[] {
  if (options.sinks) return options.sinks;
  return defaultSinkNames().filter((name) => own.has(name) || !registry.names.includes(name));
}

/** Throws before anything has changed. */
function checkNames(wanted: readonly (Sink | SinkName)[]): void {
  const leaving = [...own.keys()].map(nameOf);
  const taken = new Set(registry.names.filter((name) => !leaving.includes(name)));
  for (const sink of wanted) {
    if (typeof sink !== 'string') checkSink(sink);
    checkFree(nameOf(sink), taken);
    taken.add(nameOf(sink));
  }
}

function replaceSinks(wanted: readonly (Sink | SinkName)[]): void {
  for (const sink of own.keys()) if (!registry.names.includes(nameOf(sink))) own.delete(sink);
  for (const [sink, unregister] of own) {
    if (wanted.includes(sink)) continue;
    own.delete(sink);
    void unregister();
  }
  for (const sink of wanted) {
    if (own.has(sink)) continue;
    const unregister =
      typeof sink === 'string' ? registerLoading(sink, loadSink(sink), deliveryOf(sink)) : registry.register(sink);
    own.set(sink, unregister);
  }
}

function nameOf(sink: Sink | SinkName): string {
  return typeof sink === 'string' ? sink : sink.name;
}

function reportAx(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  warn('AXL_AX_MISSING', `ax could not be instrumented: ${text}`);
}
