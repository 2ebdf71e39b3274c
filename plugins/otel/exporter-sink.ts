import { type AnyEvent, type BatchContext, rebuildable, type Sink, type SinkContext } from 'ax-autolog/sink';
import { HeldRoots } from './held-roots.js';
import type { OtelSettings } from './options.js';
import { type ExportedSpan, resourceOf, type SpanExporter } from './output/exported-span.js';
import { ExporterOutput } from './output/exporter.js';
import { send } from './output/send.js';
import { RunBook } from './run-book.js';

/** An exporter and the receiver that it sends to. */
export interface ExporterTarget {
  readonly exporter: SpanExporter;
  /** Name of the receiver. The position in the journal is stored per target. */
  readonly target: string;
  /** Whether this sink made the exporter and therefore shuts it down. */
  readonly own: boolean;
  /** Warning about the connection, if there is one. */
  readonly exposure?: string | null;
}

/** Creates a sink that exports the spans of the journal. */
export function exporterSink(target: ExporterTarget, settings: OtelSettings): Sink {
  const delivery = new ExporterDelivery(target.exporter, settings);
  return {
    name: settings.name,
    delivery: 'journal',
    target: target.target,
    setup: (context) => {
      delivery.setup(context);
      if (target.exposure) context.warn('AXL_OTEL_PLAIN_HTTP', target.exposure);
    },
    onBatch: (events, context) => delivery.write(events, context),
    flush: () => delivery.flush(),
    close: () => delivery.close(target.own),
  };
}

/**
 * Exports the spans of a batch before the batch counts as delivered. Spans that could not be exported are kept and sent
 * first when the batch is retried.
 */
class ExporterDelivery {
  readonly #exporter: SpanExporter;
  readonly #timeoutMs: number;
  readonly #output: ExporterOutput;
  readonly #book: RunBook;
  /** Tracks which runs to rebuild. Their open spans are in the book. */
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
        `traces that wait for their score must be at most ${maxOpenTraces} (maxOpenTraces), got more. The oldest was written without its score. Raise maxOpenTraces if your runs have more.`,
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
        // Spans that ended in an earlier batch were exported with it.
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
    await send(this.#exporter, this.#waiting, this.#timeoutMs, (count, reason) => this.#reportRefused(count, reason));
  }

  #reportRefused(count: number, reason: string): void {
    this.#refused += count;
    this.#warn('AXL_OTEL_REFUSED', `the receiver rejected a span permanently, and the span was dropped: ${reason}`, {
      spans: this.#refused,
    });
  }
}
