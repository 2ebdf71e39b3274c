import { isRefusal, type MlflowError } from '../client/errors.js';
import type { OtlpSpan, TraceInfo } from '../client/trace-types.js';
import { MAX_SPANS_BYTES } from '../limits.js';
import { ROOT, type TraceWrite } from '../mapping/writes.js';
import type { Refusals } from './refusals.js';
import type { MlflowServer } from './server.js';
import type { KnownRun } from './state.js';

/** Server of the traces, and access to their runs. */
export interface TraceWriterOptions {
  readonly server: MlflowServer;
  readonly experimentId: string;
  readonly refusals: Refusals;
  /** Returns a run on the server. Creates it if it does not exist yet. */
  readonly runOf: (run: string) => Promise<KnownRun>;
}

/** Traces whose spans are sent in one group of calls. */
const MAX_TRACES = 200;
/** Concurrent calls for trace infos. */
const CONCURRENCY = 4;
/** Attempts to find the rejected spans of one call. After that, the rest of the call counts as rejected. */
const MAX_PROBES = 64;

/**
 * Writes traces: one call per trace for its info and assessments, one call for the spans of many traces. The server replaces
 * traces with the same id, so everything may be sent again.
 */
export class TraceWriter {
  readonly #options: TraceWriterOptions;
  #pending: readonly TraceWrite[] = [];
  /** Traces whose info is written. */
  readonly #written = new WeakSet<TraceWrite>();

  constructor(options: TraceWriterOptions) {
    this.#options = options;
  }

  add(write: TraceWrite): void {
    this.#pending = [...this.#pending, write];
  }

  /**
   * Writes all added traces. If it rejects, the next call writes the rest.
   *
   * @param progress Called after each answer
   */
  async write(progress: () => void): Promise<void> {
    while (this.#pending.length > 0) {
      const some = this.#next();
      await this.#send(some, progress);
      this.#pending = this.#pending.slice(some.length);
    }
  }

  #next(): readonly TraceWrite[] {
    let bytes = 0;
    const end = this.#pending.findIndex(({ spans }, at) => {
      bytes += bytesOf(spans);
      return at > 0 && (bytes > MAX_SPANS_BYTES || at >= MAX_TRACES);
    });
    return end === -1 ? this.#pending : this.#pending.slice(0, end);
  }

  async #send(traces: readonly TraceWrite[], progress: () => void): Promise<void> {
    // One after the other, so that no run is created twice.
    for (const run of new Set(traces.map((trace) => trace.run))) if (run !== null) await this.#options.runOf(run);
    await this.#sendInfos(
      traces.filter((trace) => !this.#written.has(trace)),
      progress,
    );
    const { unsupported } = this.#options.server;
    const spans = traces.flatMap((trace) => trace.spans);
    for (const some of callsOf(spans)) {
      if (unsupported.size > 0) return;
      await this.#sendSpans(some, { left: MAX_PROBES });
      progress();
    }
  }

  /** Sends infos concurrently until one fails. Waits for the others then, so that no call is in flight when this rejects. */
  async #sendInfos(traces: readonly TraceWrite[], progress: () => void): Promise<void> {
    const waiting = [...traces];
    const worker = async (): Promise<void> => {
      for (
        let trace = waiting.shift();
        trace && !this.#options.server.unsupported.has('traces');
        trace = waiting.shift()
      ) {
        await this.#sendInfo(trace).catch((error: unknown) => {
          waiting.length = 0;
          throw error;
        });
        progress();
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: CONCURRENCY }, worker));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #sendInfo(write: TraceWrite): Promise<void> {
    const { server, experimentId, refusals } = this.#options;
    const info = await this.#linkRun(write);
    const what = `trace ${info.traceId}`;
    try {
      await server.client.traces.putInfo(experimentId, info);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isNoEndpoint(error)) await this.#giveUp('traces', error);
      else refusals.refused(write.run ?? ROOT, what, error);
    }
    this.#written.add(write);
  }

  /** Adds MLflow's id of the trace's run. */
  async #linkRun({ run, info }: TraceWrite): Promise<TraceInfo> {
    if (run === null) return info;
    const { id } = await this.#options.runOf(run);
    const metadata = { ...info.metadata, 'mlflow.sourceRun': id };
    const assessments = info.assessments.map((assessment) => ({
      ...assessment,
      metadata: { ...assessment.metadata, 'mlflow.assessment.sourceRunId': id },
    }));
    return { ...info, metadata, assessments };
  }

  /** Sends spans. The server accepts all spans of a call or none, so rejected spans are found by bisection. */
  async #sendSpans(spans: readonly OtlpSpan[], probes: { left: number }): Promise<void> {
    const { server, experimentId, refusals } = this.#options;
    try {
      await server.client.traces.putSpans(experimentId, spans);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      probes.left -= 1;
      if (isNoEndpoint(error)) return this.#giveUp('spans', error);
      if (spans.length === 1 || probes.left < 0) return refusals.refused(ROOT, namesOf(spans), error);
      const middle = Math.ceil(spans.length / 2);
      await this.#sendSpans(spans.slice(0, middle), probes);
      await this.#sendSpans(spans.slice(middle), probes);
    }
  }

  /**
   * Stops sending spans or traces that the server has no endpoint for. Without spans, traces still have their assessments;
   * without traces, spans belong to nothing. Throws the error if the experiment is missing too: then the answer is not from
   * an MLflow server.
   */
  async #giveUp(what: 'traces' | 'spans', error: MlflowError): Promise<void> {
    const { server, experimentId, refusals } = this.#options;
    if (server.unsupported.has(what)) return;
    if (!(await server.client.hasExperiment(experimentId))) throw error;
    if (server.unsupported.has(what)) return;
    server.unsupported.add(what);
    refusals.refused(ROOT, what === 'traces' ? 'every trace' : 'the spans of every trace', error);
  }
}

/** Whether the server has no such endpoint, because it is older or of another kind. */
function isNoEndpoint({ status, serverCode }: MlflowError): boolean {
  return (status === 404 && serverCode === undefined) || status === 405 || status === 501;
}

/** Splits spans into as few calls as the limit allows. A larger span is sent alone. */
function callsOf(spans: readonly OtlpSpan[]): readonly (readonly OtlpSpan[])[] {
  const calls: OtlpSpan[][] = [];
  let bytes = 0;
  for (const span of spans) {
    const size = bytesOf([span]);
    const last = calls.at(-1);
    if (last && bytes + size <= MAX_SPANS_BYTES) last.push(span);
    else calls.push([span]);
    bytes = last && bytes + size <= MAX_SPANS_BYTES ? bytes + size : size;
  }
  return calls;
}

/** Returns the approximate size: characters of the values, and a constant for the rest of a span. */
function bytesOf(spans: readonly OtlpSpan[]): number {
  const OVERHEAD = 400;
  return spans.reduce(
    (sum, { attributes }) =>
      sum + OVERHEAD + attributes.reduce((length, { value }) => length + (value.stringValue?.length ?? 0), 0),
    0,
  );
}

function namesOf(spans: readonly OtlpSpan[]): string {
  const [first] = spans;
  const more = spans.length > 1 ? ` and ${spans.length - 1} more` : '';
  return `span ${first?.name} of trace tr-${first?.traceId}${more}`;
}
