import { instrumentAx, instrumentAxSync, restoreAx } from '../capture/ax/index.js';
import { checkFree, checkSink, registerLoading, registry } from '../deliver/registry.js';
import { captureOf } from '../support/capture.js';
import type { RedactOptions } from '../support/redact/redact.js';
import { defaultSettings, makeRedactor, type Settings, setSettings } from '../support/settings.js';
import { warn } from '../support/warnings.js';
import { defaultSinkNames, deliveryOf, loadSink, type SinkName } from './builtin-sinks.js';
import { checkAutologOptions } from './options.js';
// The import watches for the end of the process. `register` loads nothing else that does.
import './shutdown.js';
import type { Sink } from '../contract/sink.js';
import type { Prices, TraceOptions } from '../contract/trace-options.js';
import { isIncompatibleCopy, shared } from '../support/shared-state.js';
import { endPredictions } from '../track/traces/record.js';

/** Options of {@link autolog}. The switches and their defaults are those of `mlflow.dspy.autolog`. */
export interface AutologOptions {
  /** Traces program calls outside compiles and evaluations. Default: true. */
  readonly logTraces?: boolean;
  /** Traces program calls inside compiles. Default: false. */
  readonly logTracesFromCompile?: boolean;
  /** Traces program calls inside evaluations. Default: true. */
  readonly logTracesFromEval?: boolean;
  /** Tracks the compiles of ax's own optimizers. Decorated classes are always tracked. Default: false. */
  readonly logCompiles?: boolean;
  /** Tracks `Evaluate` and ax's own evaluators outside compiles. Default: false. */
  readonly logEvals?: boolean;
  /**
   * Certifies after each compile that the returned program is the one that its best trial scored, and that it survives
   * saving and loading (`onCertificate`). Calls no LM. Default: true.
   */
  readonly certificate?: boolean;
  /** Turns tracking off and restores the original methods of ax. Default: false. */
  readonly disable?: boolean;
  /** Keeps warnings that no sink listens to off the process's warning channel. Default: false. */
  readonly silent?: boolean;
  /**
   * The sinks that receive events: your own, or the names `console`, `files`, `mlflow`, `otel` and `report`. Default:
   * `mlflow` if `MLFLOW_TRACKING_URI` is set, otherwise `files`; and `console` if standard error is a terminal. They replace
   * the sinks of an earlier `autolog` call. Sinks registered with `registry.register` stay.
   */
  readonly sinks?: readonly (Sink | SinkName)[];
  /** Redacts more than the built-in rules for keys and tokens do. Default: the built-in rules alone. */
  readonly redact?: RedactOptions;
  /**
   * Selects the content to record; what remains without it is listed in docs/privacy.md. Values that mix both, such as demos,
   * feedback, messages and evidence, need \`inputs\` and \`outputs\`; the texts of errors need all three. The variables
   * \`AX_AUTOLOG_CAPTURE_INPUTS\`, \`AX_AUTOLOG_CAPTURE_OUTPUTS\` and \`AX_AUTOLOG_CAPTURE_PROMPTS\` turn content off, too. Default:
   * everything.
   */
  readonly capture?: {
    /** Whether inputs (examples with their gold answers, datasets) are recorded. Default: true. */
    readonly inputs?: boolean;
    /** Whether outputs (predictions, answers of models) are recorded. Default: true. */
    readonly outputs?: boolean;
    /** Whether instructions, descriptions and other texts of programs are recorded. Default: true. */
    readonly prompts?: boolean;
    /**
     * Whether binary artifacts (`run.logArtifact(path, bytes)`) are recorded as they are, whatever they are. Without it, known
     * kinds of up to 16 MB are recorded if no secret is found in them, and others are refused with `AXL_ARTIFACT_REFUSED`.
     * Artifacts that are text are redacted in any case. Default: false.
     */
    readonly binary?: boolean;
  };
  /** Selects the traces to record and limits their spans. Default: all traces, up to 1,000 spans each. */
  readonly traces?: TraceOptions;
  /** Prices of models in US dollars per million tokens, by name or pattern (`gpt-4o*`). Default: ax's own estimates. */
  readonly prices?: Prices;
  /**
   * The journal on disk; `false` turns it off. Default: on, unless `AX_AUTOLOG_JOURNAL` is `false`, `0`, `off` or `no`.
   */
  readonly journal?:
    | boolean
    | {
        /** Folder of the journal. Default: `AX_AUTOLOG_DIR`, else `./.ax-autolog`. */
        readonly dir?: string;
        /** `process` survives a killed process, `fsync` a power loss, too. Default: `process`. */
        readonly durability?: 'process' | 'fsync';
        /**
         * Permission bits of the folders that are made, e.g. `0o770` for a team folder; files have the same without the
         * execute bits. The owner must have all three. Default: `AX_AUTOLOG_JOURNAL_MODE` (octal, e.g. `770`), else
         * `0o700`.
         */
        readonly mode?: number;
      };
}

/** Sinks of the last `autolog` call, each with the function that unregisters it. */
const ownSinks = shared('sinks of autolog', () => new Map<Sink | SinkName, () => Promise<void>>());

/**
 * Turns tracking on for the optimizers, evaluators and programs of ax, in every copy of ax that is loaded. Takes effect
 * immediately. Calling it again replaces the switches and sinks of the earlier call.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option is unknown or has a wrong type, `AXL_SINK_INVALID` if a sink is not
 * a valid sink, `AXL_SINK_DUPLICATE` if the name of a sink is taken. Nothing has changed if it throws.
 * @example
 * autolog({ logCompiles: true, logEvals: true });
 */
export function autolog(options: AutologOptions = {}): void {
  checkAutologOptions(options);
  if (isIncompatibleCopy) return;
  const sinks = options.disable ? [] : sinksOf(options);
  checkSinks(sinks);
  if (options.disable) endPredictions();
  setSettings(settingsOf(options));
  replaceSinks(sinks);
  if (options.disable) {
    restoreAx();
    return;
  }
  try {
    instrumentAxSync();
    instrumentAx().catch((error: unknown) => warnNotInstrumented(error));
  } catch (error) {
    warnNotInstrumented(error);
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
    capture: captureOf(capture, process.env),
    traces: options.traces ?? {},
    prices: options.prices ?? {},
    journal,
    redactor: makeRedactor(redact),
  };
}

function sinksOf(options: AutologOptions): readonly (Sink | SinkName)[] {
  if (options.sinks) return options.sinks;
  return defaultSinkNames().filter((name) => ownSinks.has(name) || !registry.names.includes(name));
}

/** Runs before any change, so that `autolog` changes everything or nothing. */
function checkSinks(sinks: readonly (Sink | SinkName)[]): void {
  const replaced = [...ownSinks.keys()].map(sinkName);
  const taken = new Set(registry.names.filter((name) => !replaced.includes(name)));
  for (const sink of sinks) {
    if (typeof sink !== 'string') checkSink(sink);
    checkFree(sinkName(sink), taken);
    taken.add(sinkName(sink));
  }
}

function replaceSinks(sinks: readonly (Sink | SinkName)[]): void {
  for (const sink of ownSinks.keys()) if (!registry.names.includes(sinkName(sink))) ownSinks.delete(sink);
  for (const [sink, unregister] of ownSinks) {
    if (sinks.includes(sink)) continue;
    ownSinks.delete(sink);
    void unregister();
  }
  for (const sink of sinks) {
    if (ownSinks.has(sink)) continue;
    const unregister =
      typeof sink === 'string' ? registerLoading(sink, loadSink(sink), deliveryOf(sink)) : registry.register(sink);
    ownSinks.set(sink, unregister);
  }
}

function sinkName(sink: Sink | SinkName): string {
  return typeof sink === 'string' ? sink : sink.name;
}

function warnNotInstrumented(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  warn('AXL_AX_MISSING', `ax could not be instrumented: ${text}`);
}
