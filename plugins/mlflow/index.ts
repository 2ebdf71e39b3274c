import { type AnyEvent, type BatchContext, rebuildable, type Sink, type SinkContext } from 'ax-autolog/sink';
import { MlflowClient } from './client/client.js';
import { findOurRun } from './delivery/find-run.js';
import { RunDelivery } from './delivery/run-delivery.js';
import { MlflowServer } from './delivery/server.js';
import { Turns } from './delivery/turns.js';
import { type MlflowOptions, type MlflowSettings, settingsFrom } from './options.js';

export type { PromptChoice } from './mapping/compiles.js';
export type { MlflowOptions } from './options.js';

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
  readonly #runs = rebuildable<RunDelivery>(
    (context, [first]) =>
      new RunDelivery(context, first, { server: this.#server, outer: (runId, inner) => this.#outer(runId, inner) }),
    { onDrop: (delivery) => delivery.close() },
  );
  readonly #turns = new Turns();
  readonly #server: MlflowServer;
  #warn: SinkContext['warn'] = () => undefined;

  constructor({ api, experiment, prompts, promptPrefix, user, runId }: MlflowSettings) {
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

  /** Takes and writes a batch. Events that were taken before are not taken again; what was not written then is. */
  write(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    return this.#turns.take(context.runId, async () => {
      const { state, steps } = this.#runs.begin(events, context);
      for (const { event, isEarlier } of steps) await (isEarlier ? state.recall(event) : state.take(event, context));
      await state.write(context);
      // Of many runs that end at once, one may have been dropped meanwhile.
      if (this.#runs.get(context.runId) !== state) state.close();
    });
  }

  /** Writes what an earlier batch left. With a journal that batch comes again by itself. */
  async flush(): Promise<void> {
    const kept = this.#runs.ids().filter((id) => this.#runs.get(id)?.hasJournal === false);
    await Promise.all(kept.map((id) => this.#turns.take(id, async () => this.#runs.get(id)?.flush())));
  }

  close(): void {
    this.#server.client.close();
    this.#runs.clear();
  }

  /** The run that another one is nested in may not have been written yet: its journal lies beside. */
  async #outer(runId: string, inner: BatchContext): Promise<string | null> {
    const known = this.#runs.get(runId)?.serverId;
    if (known !== undefined) return known;
    const beginning = inner.beginningOf(runId);
    if (!beginning) return findOurRun(this.#server, runId);
    await this.write(beginning.events, beginning.context);
    return this.#runs.get(runId)?.serverId ?? null;
  }
}
