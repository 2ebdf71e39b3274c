import { dirname, join } from 'node:path';
import type { AnyEvent } from '../../lib/contract/events.js';
import type { BatchContext, Sink, SinkContext } from '../../lib/contract/sink.js';
import { listSegments } from '../../lib/journal/layout.js';
import { readRun } from '../../lib/journal/reader.js';
import { MlflowClient } from './client/client.js';
import { findOurRun } from './delivery/find-run.js';
import { RunDelivery } from './delivery/run-delivery.js';
import { MlflowServer } from './delivery/server.js';
import { type MlflowOptions, type MlflowSettings, settingsFrom } from './options.js';

export type { PromptChoice } from './mapping/compiles.js';
export type { MlflowOptions } from './options.js';

/** Runs that ended and are still held in memory, for events that come late. */
const ENDED_RUNS_KEPT = 64;

/**
 * Writes to an MLflow tracking server what `mlflow.dspy.autolog` writes, and more: a compile is a run, a trial a child run,
 * scores are metrics by step, candidates params and artifacts, datasets inputs, instructions versions of prompts, program
 * calls traces with their scores as assessments.
 *
 * It is fed from the journal: a server that is away, slow or broken costs the compile nothing, and what it missed is sent
 * later, by the next start or by `ax-autolog sync`. Nothing arrives twice. What the server refuses for good is reported
 * once (`AXL_MLFLOW_REFUSED`), the rest goes on.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` for an option of a wrong type, `AXL_MLFLOW_CONFIG` without a usable address
 * @example
 * autolog({ logCompiles: true, sinks: [mlflow({ trackingUri: 'http://127.0.0.1:5000', experiment: 'gsm8k' })] });
 */
export function mlflow(options: MlflowOptions = {}): Sink {
  const settings = settingsFrom(options, process.env);
  const sink = new MlflowSink(settings);
  return {
    name: 'mlflow',
    delivery: 'journal',
    target: settings.target,
    setup: (context) => sink.setup(context),
    onBatch: (events, context) => sink.write(events, context),
    flush: () => sink.flush(),
    close: () => sink.close(),
  };
}

class MlflowSink {
  readonly #deliveries = new Map<string, RunDelivery>();
  readonly #server: MlflowServer;
  readonly #target: string;
  #warn: SinkContext['warn'] = () => undefined;

  constructor(settings: MlflowSettings) {
    const { api, experiment, prompts, promptPrefix, user, runId, target } = settings;
    this.#target = target;
    this.#server = new MlflowServer({
      client: new MlflowClient(api),
      experiment,
      mapping: { prompts, ...(user === undefined ? {} : { user }) },
      promptPrefix,
      runId,
      warn: (code, message) => this.#warn(code, message),
    });
  }

  setup(context: SinkContext): void {
    this.#warn = (code, message, data) => context.warn(code, message, data);
  }

  async write(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    await this.#delivery(context.runId).write(events, context);
    this.#forgetEnded();
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.flush()));
  }

  close(): void {
    this.#server.client.close();
    for (const delivery of this.#deliveries.values()) delivery.close();
    this.#deliveries.clear();
  }

  #delivery(runId: string): RunDelivery {
    const known = this.#deliveries.get(runId);
    if (known) return known;
    const made = new RunDelivery(runId, {
      server: this.#server,
      target: this.#target,
      outer: (outerId, runDir) => this.#outer(outerId, runDir),
    });
    this.#deliveries.set(runId, made);
    return made;
  }

  /** The run that another one is nested in may not have been written yet: its journal lies beside. */
  async #outer(runId: string, runDir: string | null): Promise<string | null> {
    const known = this.#deliveries.get(runId)?.serverId;
    if (known !== undefined) return known;
    const outerDir = runDir === null ? null : join(dirname(runDir), runId);
    if (outerDir === null || listSegments(outerDir).length === 0) return findOurRun(this.#server, runId);
    const [first] = readRun(outerDir);
    if (!first || first.runId !== runId) return null;
    const delivery = this.#delivery(runId);
    await delivery.write([first], { runDir: outerDir, runId });
    return delivery.serverId ?? null;
  }

  /** Ended runs go, oldest first: a server that evaluates for ever must not grow. */
  #forgetEnded(): void {
    const ended = [...this.#deliveries].filter(([, delivery]) => delivery.isOver);
    for (const [runId, delivery] of ended.slice(0, Math.max(0, ended.length - ENDED_RUNS_KEPT))) {
      delivery.close();
      this.#deliveries.delete(runId);
    }
  }
}
