import {
  type AnyEvent,
  type Envelope,
  type EventHandlers,
  type EventType,
  handle,
  handles,
  type TrialIdentity,
} from 'ax-autolog/sink';
import { type SearchEvent, searchEvent } from './mapping/decisions.js';
import {
  belongingAttributes,
  compileAttributes,
  compileResult,
  evaluationAttributes,
  resultAttributes,
  runAttributes,
  trialAttributes,
  trialReference,
} from './mapping/optimization.js';
import { errorType, exceptionAttributes } from './mapping/trace-span.js';
import type { AttributeMap, OpenSpan, SpanEvent } from './span.js';
import { type Boundary, idsOf, keyOf, stageOf } from './stage.js';
import { type TraceOwner, type TraceWriterContext, writeTrace, writeVerdict } from './trace-writer.js';

type Ending = Extract<Boundary, { type: 'onTrialEnd' | 'onEvalEnd' | 'onCompileEnd' | 'onRunEnd' }>;

/** A run, compile, trial or evaluation that is open. */
interface Stage {
  readonly span: OpenSpan;
  /** Attributes that its traces repeat. */
  readonly reference: AttributeMap;
  /** Name of the metric; `null` if unknown. */
  readonly metric: string | null;
  readonly compileId?: string | undefined;
}

/**
 * Writes the spans of one run from its events. A compile, and an evaluation outside a compile, starts a trace or joins
 * the user's current span. Trials are children of their compile. Every program call starts a trace, which is linked to
 * its trial, evaluation or compile.
 */
export class RunSpans {
  /** `null`: the event has no span. LM calls are spans of their traces. */
  static readonly #handlers: EventHandlers<void, [spans: RunSpans]> = {
    onRunStart: (event, spans) => spans.#beginRun(event),
    onCompileStart: (event, spans) => spans.#beginCompile(event),
    onEvalStart: (event, spans) => spans.#beginEvaluation(event),
    onTrialStart: (event, spans) => void spans.#beginTrial(event),
    onExampleEnd: (event, spans) => spans.#judge(event),
    onTrialEnd: (event, spans) => spans.#endTrial(event),
    onCandidateProposed: (event, spans) => spans.#addSearchEvent(event),
    onCandidateAccepted: (event, spans) => spans.#addSearchEvent(event),
    onCandidateRejected: (event, spans) => spans.#addSearchEvent(event),
    onBestChanged: (event, spans) => spans.#addSearchEvent(event),
    onParetoChanged: (event, spans) => spans.#addSearchEvent(event),
    onCertificate: (event, spans) => spans.#addSearchEvent(event),
    onTraceEnd: (event, spans) => writeTrace(event.data, spans.#owner(event), spans.#context),
    onLMCall: null,
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: (event, spans) => spans.#finish(event, resultAttributes(event.data, spans.#mapping)),
    onCompileEnd: (event, spans) => spans.#finish(event, compileResult(event.data, spans.#mapping)),
    onRunEnd: (event, spans) => spans.#endRun(event),
  };

  readonly #context: TraceWriterContext;
  readonly #runId: string;
  readonly #stages = new Map<string, Stage>();

  constructor(runId: string, context: TraceWriterContext) {
    this.#runId = runId;
    this.#context = context;
  }

  /** Returns whether events of this type become a span or part of one. */
  static reads(type: EventType): boolean {
    return handles(RunSpans.#handlers, type);
  }

  /** Whether no span is open, so that the run can be forgotten. */
  get isIdle(): boolean {
    return this.#stages.size === 0;
  }

  take(event: AnyEvent): void {
    handle(RunSpans.#handlers, event, this);
  }

  /** Ends all open spans, innermost first, as incomplete. */
  close(time: number): void {
    for (const [key, { span }] of [...this.#stages].reverse()) {
      this.#context.held.releaseAllOf(this.#ownerOf(key));
      span.update({ attributes: { 'ax.incomplete': true } });
      span.end(time);
    }
    this.#stages.clear();
  }

  get #mapping() {
    return this.#context.mapping;
  }

  /** Starts a span only for a run that the user started. Any other run consists of one compile or evaluation. */
  #beginRun(event: Envelope<'onRunStart'>): void {
    const { name, kind } = event.data;
    if (kind === 'user') this.#begin(event, `run ${name}`, runAttributes(event.data, this.#mapping));
  }

  #endRun(event: Envelope<'onRunEnd'>): void {
    this.#finish(event, {});
    this.close(event.time);
  }

  #beginCompile(event: Envelope<'onCompileStart'>): void {
    const { data } = event;
    this.#begin(event, `optimize ${data.optimizer}`, compileAttributes(data, this.#mapping), data);
  }

  #beginEvaluation(event: Envelope<'onEvalStart'>): void {
    const { data } = event;
    this.#begin(event, `evaluate ${data.name}`, evaluationAttributes(data, this.#mapping), data);
  }

  #addSearchEvent(event: SearchEvent): void {
    const compile = this.#stages.get(keyOf(event, 'compile'));
    compile?.span.update({ attributes: {}, events: [searchEvent(event, this.#mapping)] });
  }

  #begin(
    event: Boundary,
    name: string,
    attributes: AttributeMap,
    about: { readonly metric?: string | null; readonly parentCompileId?: string } = {},
  ): Stage {
    const { output } = this.#context;
    const outer = about.parentCompileId && this.#stages.get(`compile/${about.parentCompileId}`)?.span;
    const run = this.#stages.get(`run/${this.#runId}`)?.span;
    const parent = outer || output.surrounding(event);
    return this.#open(event, name, attributes, {
      parent,
      links: run && !outer ? [run] : [],
      metric: about.metric ?? null,
      reference: {},
    });
  }

  #beginTrial(event: Envelope<'onTrialStart'> | Envelope<'onTrialEnd'>): Stage {
    const data: TrialIdentity = event.data;
    const compile = this.#stages.get(keyOf(event, 'compile'));
    return this.#open(event, trialName(data), trialAttributes(data, this.#mapping), {
      parent: compile?.span ?? null,
      links: [],
      metric: compile?.metric ?? null,
      reference: trialReference(data, this.#mapping),
    });
  }

  #open(
    event: Boundary,
    name: string,
    attributes: AttributeMap,
    { parent, links, ...about }: Omit<Stage, 'span'> & { readonly parent: OpenSpan | null; readonly links: OpenSpan[] },
  ): Stage {
    const key = stageOf(event);
    const open = this.#stages.get(key);
    if (open) return open;
    const span = this.#context.output.begin({
      name,
      kind: 'internal',
      startTime:
        event.type === 'onTrialEnd' || event.type === 'onEvalEnd' ? event.time - event.data.durationMs : event.time,
      attributes: { ...belongingAttributes(event, this.#mapping), ...attributes },
      parent,
      links,
      ids: idsOf(`${this.#runId}/${key}`),
    });
    const stage = { span, ...about };
    this.#stages.set(key, stage);
    return stage;
  }

  #owner(event: Envelope<'onTraceEnd'>): TraceOwner {
    const key = event.trialId ? keyOf(event, 'trial') : event.evalId ? keyOf(event, 'eval') : null;
    const stage = this.#stages.get(key ?? keyOf(event, 'compile')) ?? this.#stages.get(keyOf(event, 'compile'));
    return {
      id: key !== null && this.#stages.has(key) ? this.#ownerOf(key) : null,
      span: stage?.span ?? null,
      attributes: { ...belongingAttributes(event, this.#mapping), ...stage?.reference },
    };
  }

  #ownerOf(key: string): string {
    return `${this.#runId}/${key}`;
  }

  #judge(event: Envelope<'onExampleEnd'>): void {
    const key = keyOf(event, event.trialId ? 'trial' : 'eval');
    writeVerdict(event, this.#ownerOf(key), this.#stages.get(key)?.metric ?? null, this.#context);
  }

  /** Writes the attributes again, because some are unknown when a trial starts. */
  #endTrial(event: Envelope<'onTrialEnd'>): void {
    const { span } = this.#stages.get(keyOf(event, 'trial')) ?? this.#beginTrial(event);
    span.update({ name: trialName(event.data), attributes: trialAttributes(event.data, this.#mapping) });
    this.#finish(event, resultAttributes(event.data, this.#mapping));
  }

  #finish(event: Ending, attributes: AttributeMap): void {
    const key = stageOf(event);
    const { held } = this.#context;
    held.releaseAllOf(this.#ownerOf(key));
    const stage = this.#stages.get(key) ?? (event.type === 'onEvalEnd' ? this.#beginEnded(event) : undefined);
    if (!stage) return;
    const { status, error } = event.data;
    const failed = status === 'failed' || error !== undefined;
    stage.span.update({
      attributes: failed ? { ...attributes, 'error.type': errorType(error) } : attributes,
      events: error ? [exceptionOf(event.time, exceptionAttributes(error, this.#mapping))] : [],
      failure: failed ? (error?.message ?? '') : null,
    });
    stage.span.end(event.time);
    this.#stages.delete(key);
  }

  /** Starts the span of an evaluation whose start event is missing. */
  #beginEnded(event: Envelope<'onEvalEnd'>): Stage {
    return this.#begin(event, `evaluate ${event.data.name}`, { 'gen_ai.operation.name': 'evaluate' });
  }
}

function exceptionOf(time: number, attributes: AttributeMap): SpanEvent {
  return { name: 'exception', time, attributes };
}

function trialName(data: TrialIdentity): string {
  return `evaluate ${data.name ?? `trial ${data.index}`}`;
}
