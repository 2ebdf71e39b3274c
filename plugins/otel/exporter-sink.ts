import { type AnyEvent, type BatchContext, rebuildable, type Sink, type SinkContext } from 'ax-autolog/sink';
import { HeldRoots } from './held-roots.js';
import type { OtelSettings } from './options.js';
import { type ExportedSpan, resourceOf, type SpanExporter } from './output/exported-span.js';
import { ExporterOutput } from './output/exporter.js';
import { send } from './output/send.js';
import { RunBook } from './run-book.js';

/** What an exporter is fed with, and who ends it. */
export interface ExporterTarget {
  readonly exporter: SpanExporter;
  /** Names the receiver: how far the journal was delivered is kept for each. */
  readonly target: string;
  /** It was made here, and is shut down here. */
  readonly own: boolean;
}

/** A sink that feeds an exporter from the journal. */
export function exporterSink(target: ExporterTarget, settings: OtelSettings): Sink {
  const delivery = new ExporterDelivery(target.exporter, settings);
  return {
    name: settings.name,
    delivery: 'journal',
    target: target.target,
    setup: (context) => delivery.setup(context),
    onBatch: (events, context) => delivery.write(events, context),
    flush: () => delivery.flush(),
    close: () => delivery.close(target.own),
  };
}

/**
 * Makes spans of batches and exports them before a batch counts as delivered. Spans that could not be exported are kept
 * and go first when the batch comes again.
 */
class ExporterDelivery {
  readonly #exporter: SpanExporter;
  readonly #timeoutMs: number;
  readonly #output: ExporterOutput;
  readonly #book: RunBook;
  /** What is open of each run is in the book. */
  readonly #runs = rebuildable(({ runId }) => runId, { onDrop: (runId) => this.#book.forget(runId) });
  readonly #waiting: ExportedSpan[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  #refused = 0;
  #warn: SinkContext['warn'] = () => undefined;

  constructor(exporter: SpanExporter, { mapping, maxOpenTraces, timeoutMs, resource }: OtelSettings) {
    this.#exporter = exporter;
    this.#timeoutMs = timeoutMs;
    this.#output = new ExporterOutput(resourceOf(resource));
    const held = new HeldRoots(maxOpenTraces, () =>
      this.#warn(
        'AXL_OTEL_OPEN',
        `more than ${maxOpenTraces} traces waited for their verdict: the oldest went without`,
      ),
    );
    this.#book = new RunBook({ output: this.#output, held, mapping });
  }

  setup(context: SinkContext): void {
    this.#warn = (code, message, data) => context.warn(code, message, data);
    // The same run may be replayed more than once.
    this.#runs.clear();
  }

  write(events: readonly AnyEvent[], context: BatchContext): Promise<void> {
    return this.#inTurn(async () => {
      this.#waiting.push(...this.#output.takeEnded());
      for (const { event, isEarlier } of this.#runs.begin(events, context).steps) {
        this.#book.take(event);
        // What ended earlier was exported then.
        if (isEarlier) this.#output.takeEnded();
      }
      await this.#send();
    });
  }

  flush(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#closed) return;
      await this.#send();
      await this.#exporter.forceFlush?.();
    });
  }

  close(shutDown: boolean): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#closed) return;
      this.#closed = true;
      this.#book.close();
      await this.#send();
      if (shutDown) await this.#exporter.shutdown();
    });
  }

  #inTurn(action: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #send(): Promise<void> {
    this.#waiting.push(...this.#output.takeEnded());
    await send(this.#exporter, this.#waiting, this.#timeoutMs, (count, reason) => this.#leaveOut(count, reason));
  }

  #leaveOut(count: number, reason: string): void {
    this.#refused += count;
    this.#warn('AXL_OTEL_REFUSED', `the receiver refused a span for good, and it is left out: ${reason}`, {
      spans: this.#refused,
    });
  }
}
