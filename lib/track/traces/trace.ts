import type { Role, SpanLM, TraceData } from '../../contract/events.js';
import { TokenTally } from '../../contract/tokens.js';
import { currentFrame, type SessionFrame } from '../context.js';
import { recordTrace } from './record-merge.js';
import type { Span } from './span.js';

const NO_TOKENS: TraceData['tokens'] = Object.freeze({ calls: 0, prompt: 0, completion: 0, total: 0 });

/** The spans of one program call that is going on. */
export class Trace {
  /** Whose call it is: run, compile, trial and role at its begin. */
  readonly frame: SessionFrame = currentFrame();
  ended = false;
  private spans: Span[] = [];
  private readonly tally = new TokenTally();
  private dropped = 0;

  constructor(
    readonly traceId: string,
    private readonly maxSpans: number,
    private readonly parentSpanId: string | undefined,
  ) {}

  get role(): Role {
    return this.frame.role;
  }

  /** Whether it takes no more spans. */
  get isFull(): boolean {
    return this.spans.length >= this.maxSpans;
  }

  /** Takes a span that begins; false where there are too many. */
  add(span: Span): boolean {
    const fits = !this.isFull;
    if (fits) this.spans.push(span);
    else this.dropped += 1;
    return fits;
  }

  spanEnded(span: Span, lm: SpanLM | undefined): void {
    if (this.ended) return;
    if (lm !== undefined) {
      const { operation, provider, model, tokens, cost } = lm;
      const call = { operation, provider, model, ...(tokens ? { tokens } : {}), ...(cost === null ? {} : { cost }) };
      this.tally.add('task', call);
    }
    if (span.parent === null) this.end();
  }

  /** The root is over: what is still open is so no longer than it. */
  private end(): void {
    for (const span of this.spans) {
      if (!span.ended) span.end({ ...span.soFar?.(), status: 'cancelled' });
    }
    this.ended = true;
    const data = this.data();
    // Whatever the program leaves running holds its span, and so this.
    for (const span of this.spans) span.release();
    this.spans = [];
    recordTrace(this.frame, data);
  }

  private data(): TraceData {
    const spans = this.spans.map((span) => span.data());
    const root = spans[0] as TraceData['spans'][number];
    return {
      traceId: this.traceId,
      ...(this.parentSpanId === undefined ? {} : { parentSpanId: this.parentSpanId }),
      name: root.name,
      role: this.role,
      status: root.status,
      startTime: root.startTime,
      durationMs: root.durationMs,
      tokens: this.tally.totals().task ?? NO_TOKENS,
      spans,
      dropped: this.dropped,
    };
  }
}
