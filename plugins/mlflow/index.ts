import { type AnyEvent, type BatchContext, rebuildable, type Sink, type SinkContext } from 'ax-autolog/sink';
import { MlflowClient } from './client/client.js';
import { findOurRun } from './delivery/find-run.js';
import { KeyedQueue } from './delivery/keyed-queue.js';
import { RunDelivery } from './delivery/run-delivery.js';
import { MlflowServer } from './delivery/server.js';
import { type MlflowOptions, type MlflowSettings, settingsFrom } from './options.js';

export type { PromptChoice } from './mapping/compiles.js';
export type { MlflowOptions } from './options.js';

/**
 * Creates a sink that writes runs to an MLflow tracking server. It writes everything that `mlflow.dspy.autolog` writes, and
 * more: a compile becomes a run, a trial a child run, scores become metrics by step, candidates params and artifacts,
 * datasets inputs, instructions prompt versions, and program calls traces with their scores as assessments.
 *
 * The sink is fed from the journal. A server that is down or slow does not slow the compile down: it receives the missing
 * events at the next start or from `ax-autolog sync`, exactly once. Data that the server rejects permanently is dropped and
 * reported (`AXL_MLFLOW_REFUSED`); everything else is still written.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` if an option is unknown or has the wrong type, `AXL_MLFLOW_CONFIG` if the address
 * of the server is missing or unusable
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
  readonly #queue = new KeyedQueue();
  readonly #server: MlflowServer;
  readonly #exposures: MlflowSettings['exposures'];
  #warn: SinkContext['warn'] = () => undefined;

  constructor({ api, experiment, prompts, promptPrefix, user, runId, exposures }: MlflowSettings) {
    this.#exposures = exposures;
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
    for (const { code, message } of this.#exposures) context.warn(code, message);
  }

  /** Writes a batch. Events of an earlier attempt are not mapped again; writes that failed then are sent again. */
  write(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    return this.#queue.run(context.runId, async () => {
      const { state, steps } = this.#runs.begin(events, context);
      for (const { event, isEarlier } of steps) await (isEarlier ? state.recall(event) : state.take(event, context));
      await state.write(context);
      // If many runs end at once, this one may have been dropped while its batch was written.
      if (this.#runs.get(context.runId) !== state) state.close();
    });
  }

  /** Writes what earlier batches could not write. With a journal, those batches are delivered again anyway. */
  async flush(): Promise<void> {
    const kept = this.#runs.ids().filter((id) => this.#runs.get(id)?.hasJournal === false);
    await Promise.all(kept.map((id) => this.#queue.run(id, async () => this.#runs.get(id)?.flush())));
  }

  close(): void {
    this.#server.client.close();
    this.#runs.clear();
  }

  /** Returns MLflow's id of the run that another run is nested in. If it was not written yet, its journal is written first. */
  async #outer(runId: string, inner: BatchContext): Promise<string | null> {
    const known = this.#runs.get(runId)?.serverId;
    if (known !== undefined) return known;
    const beginning = inner.beginningOf(runId);
    if (!beginning) return findOurRun(this.#server, runId);
    await this.write(beginning.events, beginning.context);
    return this.#runs.get(runId)?.serverId ?? null;
  }
}
