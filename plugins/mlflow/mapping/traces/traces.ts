import type { Envelope, EventData } from 'ax-autolog/sink';
import type { OtlpSpan } from '../../client/trace-types.js';
import { MAX_SPAN_VALUE_CHARS } from '../../limits.js';
import { fittingJson } from '../fitting.js';
import { TAG, type TraceWrite } from '../writes.js';
import { assessmentsOf } from './assessments.js';
import { otlpSpans } from './spans.js';
import { mlflowTraceId, traceInfo } from './trace-info.js';

/** Run and evaluation that a trace belongs to. */
export interface TracePlace {
  /** Run of the trace: the run itself or a trial's child run; `null` for none. */
  readonly run: string | null;
  /** Id of the running trial or evaluation that will judge the trace; `null` if there is none. */
  readonly awaits: string | null;
  /** Name of the metric; `null` if it has none. */
  readonly metric: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** A trace that waits for its verdict. */
interface Waiting {
  readonly place: TracePlace;
  /** Id of the trace in the events. */
  readonly traceId: string;
  readonly seq: number;
  /** The complete trace. Once that is written, only the fields that must accompany the verdict. */
  readonly write: TraceWrite;
  readonly chars: number;
}

/** Characters of all waiting traces. They take about twice as many bytes of memory. */
const MAX_WAITING_CHARS = 16_000_000;

/**
 * Holds a trace in a trial or evaluation until its example is judged, so that both are written in one call. If the trial or
 * evaluation ends first, the trace is written without a verdict. If too much waits, the oldest traces are written early, and
 * their verdicts follow later.
 */
export class Traces {
  /** Waiting traces by their id on the server, oldest first. */
  readonly #waiting = new Map<string, Waiting>();
  #chars = 0;

  readonly #out: (write: TraceWrite) => void;
  readonly #source: () => Readonly<Record<string, string>>;
  readonly #script: () => string;

  constructor(out: (write: TraceWrite) => void, source: () => Readonly<Record<string, string>>, script: () => string) {
    this.#out = out;
    this.#source = source;
    this.#script = script;
  }

  /** Position of the oldest event whose trace is not written yet; `null` if there is none. */
  get oldestWaiting(): number | null {
    for (const { seq, chars } of this.#waiting.values()) if (chars > 0) return seq;
    return null;
  }

  ended(event: Envelope<'onTraceEnd'>, place: TracePlace): void {
    const { data, seq } = event;
    const id = mlflowTraceId(data);
    const spans = otlpSpans(data, id);
    const info = traceInfo(event, id, spans, { tags: place.tags, source: this.#source() });
    const write: TraceWrite = { op: 'trace', run: place.run, info, spans };
    if (place.awaits === null) {
      this.#out(write);
      return;
    }
    const chars = charsOf(spans);
    this.#release(id);
    this.#waiting.set(id, { place, traceId: data.traceId, seq, write, chars });
    this.#chars += chars;
    if (this.#chars > MAX_WAITING_CHARS) this.writeWaiting(MAX_WAITING_CHARS / 2);
  }

  verdict({ data, time }: Envelope<'onExampleEnd'>): void {
    const [id, found] = this.#judged(data) ?? [];
    if (id === undefined || found === undefined) return;
    this.#forget(id, found);
    const { write, place } = found;
    const judged = { traceId: write.info.traceId, metric: place.metric, source: this.#script(), time };
    const tags = { ...write.info.tags, [`${TAG}example`]: data.exampleId, [`${TAG}index`]: String(data.index) };
    this.#out({ ...write, info: { ...write.info, tags, assessments: assessmentsOf(data, judged) } });
  }

  /** Stops waiting for verdicts of a trial or evaluation, or of all if none is given. */
  over(awaited?: string): void {
    for (const [id, { place }] of this.#waiting) {
      if (awaited === undefined || place.awaits === awaited) this.#release(id);
    }
  }

  /** Writes the oldest traces until at most `left` characters wait. Their verdicts can still follow. */
  writeWaiting(left = 0): void {
    for (const [id, found] of this.#waiting) {
      if (this.#chars <= left) return;
      if (found.chars === 0) continue;
      this.#chars -= found.chars;
      this.#out(found.write);
      this.#waiting.set(id, { ...found, write: remainder(found.write), chars: 0 });
    }
  }

  /** Finds the trace of an example. Traces that started in the same span of another system share an id: compares outputs. */
  #judged({ traceId, prediction }: EventData['onExampleEnd']): readonly [string, Waiting] | undefined {
    if (traceId === undefined) return undefined;
    const alone = this.#waiting.get(traceId);
    if (alone) return [traceId, alone];
    const sharing = [...this.#waiting].filter(([, found]) => found.traceId === traceId);
    if (sharing.length === 0) return undefined;
    const outputs = fittingJson(prediction, MAX_SPAN_VALUE_CHARS);
    return sharing.find(([, { write }]) => outputsOf(write) === outputs) ?? sharing[0];
  }

  /** Writes a waiting trace without a verdict. */
  #release(id: string): void {
    const found = this.#waiting.get(id);
    if (!found) return;
    this.#forget(id, found);
    if (found.chars > 0) this.#out(found.write);
  }

  #forget(id: string, { chars }: Waiting): void {
    this.#waiting.delete(id);
    this.#chars -= chars;
  }
}

function outputsOf({ spans }: TraceWrite): string | undefined {
  return spans[0]?.attributes.find(({ key }) => key === 'mlflow.spanOutputs')?.value.stringValue;
}

/** Returns the fields required to write an existing trace again. The server keeps the fields that are missing. */
function remainder({ op, run, info }: TraceWrite): TraceWrite {
  const { traceId, requestTime, durationMs, state } = info;
  return {
    op,
    run,
    info: { traceId, requestTime, durationMs, state, metadata: {}, tags: {}, assessments: [] },
    spans: [],
  };
}

/** Returns at least 1, because 0 marks a trace that was already written. */
function charsOf(spans: readonly OtlpSpan[]): number {
  const values = spans.flatMap(({ attributes }) => attributes.map(({ value }) => value.stringValue?.length ?? 0));
  return values.reduce((sum, length) => sum + length, 1);
}
