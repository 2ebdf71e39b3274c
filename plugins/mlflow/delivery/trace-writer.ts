import { isRefusal, type MlflowError } from '../client/errors.js';
import type { OtlpSpan, TraceInfo } from '../client/trace-types.js';
import { MAX_SPANS_BYTES } from '../limits.js';
import { ROOT, type TraceWrite } from '../mapping/writes.js';
import type { Refusals } from './refusals.js';
import type { MlflowServer } from './server.js';
import type { KnownRun } from './state.js';

/** Where traces go, and what is known of their runs. */
export interface TraceWriterOptions {
  readonly server: MlflowServer;
  readonly experimentId: string;
  readonly refusals: Refusals;
  /** A run on the server, which is made if it is not there yet. */
  readonly runOf: (run: string) => Promise<KnownRun>;
}

/** Traces whose spans go in one call, and calls for the rest of them that are on their way at once. */
const MAX_TRACES = 200;
const AT_ONCE = 4;
/** Parts of one call that are tried alone, after which the rest of it counts as refused. */
const MAX_PROBES = 64;

/**
 * Writes traces: what is said of each, its assessments included, in a call of its own, the spans of many in one. The
 * server replaces what comes again under the same ids, so nothing is looked for before it is sent once more.
 */
export class TraceWriter {
  readonly #options: TraceWriterOptions;
  #pending: readonly TraceWrite[] = [];
  /** Of which all but the spans is written. */
  readonly #told = new WeakSet<TraceWrite>();

  constructor(options: TraceWriterOptions) {
    this.#options = options;
  }

  add(write: TraceWrite): void {
    this.#pending = [...this.#pending, write];
  }

  /**
   * Writes all that was added. What was not written when it rejects is written by the next call.
   *
   * @param progress Hears of each call that was answered
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
    // One after the other: a run must not be made twice.
    for (const run of new Set(traces.map((trace) => trace.run))) if (run !== null) await this.#options.runOf(run);
    await this.#sendInfos(
      traces.filter((trace) => !this.#told.has(trace)),
      progress,
    );
    const { lacks } = this.#options.server;
    const spans = traces.flatMap((trace) => trace.spans);
    for (const some of callsOf(spans)) {
      if (lacks.size > 0) return;
      await this.#sendSpans(some, { left: MAX_PROBES });
      progress();
    }
  }

  /** A few at once, until one fails: then the others are awaited, so that nothing is on its way when this rejects. */
  async #sendInfos(traces: readonly TraceWrite[], progress: () => void): Promise<void> {
    const waiting = [...traces];
    const worker = async (): Promise<void> => {
      for (let trace = waiting.shift(); trace && !this.#options.server.lacks.has('traces'); trace = waiting.shift()) {
        await this.#sendInfo(trace).catch((error: unknown) => {
          waiting.length = 0;
          throw error;
        });
        progress();
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  async #sendInfo(write: TraceWrite): Promise<void> {
    const { server, experimentId, refusals } = this.#options;
    const info = await this.#tied(write);
    const what = `trace ${info.traceId}`;
    try {
      await server.client.traces.putInfo(experimentId, info);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (isNoEndpoint(error)) await this.#giveUp('traces', error);
      else refusals.refused(write.run ?? ROOT, what, error);
    }
    this.#told.add(write);
  }

  /** With the id of its run, which only the server knows. */
  async #tied({ run, info }: TraceWrite): Promise<TraceInfo> {
    if (run === null) return info;
    const { id } = await this.#options.runOf(run);
    const metadata = { ...info.metadata, 'mlflow.sourceRun': id };
    const assessments = info.assessments.map((assessment) => ({
      ...assessment,
      metadata: { ...assessment.metadata, 'mlflow.assessment.sourceRunId': id },
    }));
    return { ...info, metadata, assessments };
  }

  /** The server takes all spans of a call or none: the one that it refuses is found by halving. */
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
   * Without spans a trace still has its assessments; without anything said of them spans are tied to nothing. Rejects with
   * the error where not even the experiment is found: then it is no server of MLflow's that answers, for the time being.
   */
  async #giveUp(what: 'traces' | 'spans', error: MlflowError): Promise<void> {
    const { server, experimentId, refusals } = this.#options;
    if (server.lacks.has(what)) return;
    if (!(await server.client.hasExperiment(experimentId))) throw error;
    if (server.lacks.has(what)) return;
    server.lacks.add(what);
    refusals.refused(ROOT, what === 'traces' ? 'every trace' : 'the spans of every trace', error);
  }
}

/** An older server, or one of another kind, has no such address at all. */
function isNoEndpoint({ status, serverCode }: MlflowError): boolean {
  return (status === 404 && serverCode === undefined) || status === 405 || status === 501;
}

/** As few calls as the limit allows; a span that is larger goes alone. */
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

/** Characters of the values, a little more for the names: close enough, as it is compressed anyway. */
function bytesOf(spans: readonly OtlpSpan[]): number {
  const BESIDE = 400;
  return spans.reduce(
    (sum, { attributes }) =>
      sum + BESIDE + attributes.reduce((length, { value }) => length + (value.stringValue?.length ?? 0), 0),
    0,
  );
}

function namesOf(spans: readonly OtlpSpan[]): string {
  const [first] = spans;
  const more = spans.length > 1 ? ` and ${spans.length - 1} more` : '';
  return `span ${first?.name} of trace tr-${first?.traceId}${more}`;
}
