import {
  type AnyEvent,
  type Envelope,
  type EventHandlers,
  type EventType,
  handle,
  handles,
  type TrialIdentity,
} from 'ax-autolog/sink';
import { type SearchEvent, searchMoment } from './mapping/decisions.js';
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
import type { AttributeMap, OpenSpan, SpanMoment } from './span.js';
import { type Boundary, idsOf, keyOf, stageOf } from './stage.js';
import { type TraceOwner, type TraceSurroundings, writeTrace, writeVerdict } from './trace-writer.js';

type Ending = Extract<Boundary, { type: 'onTrialEnd' | 'onEvalEnd' | 'onCompileEnd' | 'onRunEnd' }>;

/** A run, compile, trial or evaluation that is going on. */
interface Stage {
  readonly span: OpenSpan;
  /** What its traces say of it. */
  readonly reference: AttributeMap;
  /** Name of the metric, where it is known. */
  readonly metric: string | null;
  readonly compileId?: string | undefined;
}

/**
 * Makes the spans of one run out of its events. A compile and an evaluation outside of one are each a trace of their own
 * (or in the span of the user's that was current), trials are the compile's children; every program call is a trace of its
 * own that is linked to its trial, evaluation or compile.
 */
export class RunSpans {
  /** `null`: no span is made of it. Calls of models are in the traces. */
  static readonly #handlers: EventHandlers<void, [spans: RunSpans]> = {
    onRunStart: (event, spans) => spans.#beginRun(event),
    onCompileStart: (event, spans) => spans.#beginCompile(event),
    onEvalStart: (event, spans) => spans.#beginEvaluation(event),
    onTrialStart: (event, spans) => void spans.#beginTrial(event),
    onExampleEnd: (event, spans) => spans.#judge(event),
    onTrialEnd: (event, spans) => spans.#endTrial(event),
    onCandidateProposed: (event, spans) => spans.#addMoment(event),
    onCandidateAccepted: (event, spans) => spans.#addMoment(event),
    onCandidateRejected: (event, spans) => spans.#addMoment(event),
    onBestChanged: (event, spans) => spans.#addMoment(event),
    onParetoChanged: (event, spans) => spans.#addMoment(event),
    onCertificate: (event, spans) => spans.#addMoment(event),
    onTraceEnd: (event, spans) => writeTrace(event.data, spans.#owner(event), spans.#untracked),
    onLMCall: null,
    onLog: null,
    onProgress: null,
    onWarning: null,
    onEvalEnd: (event, spans) => spans.#finish(event, resultAttributes(event.data, spans.#mapping)),
    onCompileEnd: (event, spans) => spans.#finish(event, compileResult(event.data, spans.#mapping)),
    onRunEnd: (event, spans) => spans.#endRun(event),
  };

  readonly #untracked: TraceSurroundings;
  readonly #runId: string;
  readonly #stages = new Map<string, Stage>();

  constructor(runId: string, untracked: TraceSurroundings) {
    this.#runId = runId;
    this.#untracked = untracked;
  }

  /** Returns whether a span, or a part of one, is made of events of this type. */
  static reads(type: EventType): boolean {
    return handles(RunSpans.#handlers, type);
  }

  /** Nothing is open: it can be forgotten. */
  get isIdle(): boolean {
    return this.#stages.size === 0;
  }

  take(event: AnyEvent): void {
    handle(RunSpans.#handlers, event, this);
  }

  /** Ends whatever is open, innermost first: its end will not come. */
  close(time: number): void {
    for (const [key, { span }] of [...this.#stages].reverse()) {
      this.#untracked.held.releaseAllOf(this.#ownerOf(key));
      span.say({ attributes: { 'ax.incomplete': true } });
      span.end(time);
    }
    this.#stages.clear();
  }

  get #mapping() {
    return this.#untracked.mapping;
  }

  /** Only a run that the user opened has a span: any other is the compile or evaluation in it. */
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

  #addMoment(event: SearchEvent): void {
    const compile = this.#stages.get(keyOf(event, 'compile'));
    compile?.span.say({ attributes: {}, moments: [searchMoment(event, this.#mapping)] });
  }

  #begin(
    event: Boundary,
    name: string,
    attributes: AttributeMap,
    about: { readonly metric?: string | null; readonly parentCompileId?: string } = {},
  ): Stage {
    const { output } = this.#untracked;
    const outer = about.parentCompileId && this.#stages.get(`compile/${about.parentCompileId}`)?.span;
    const run = this.#stages.get(`run/${this.#runId}`)?.span;
    const parent = outer || output.around(event);
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
    const span = this.#untracked.output.begin({
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
    writeVerdict(event, this.#ownerOf(key), this.#stages.get(key)?.metric ?? null, this.#untracked);
  }

  /** What was not known when the trial began is said now. */
  #endTrial(event: Envelope<'onTrialEnd'>): void {
    const { span } = this.#stages.get(keyOf(event, 'trial')) ?? this.#beginTrial(event);
    span.say({ name: trialName(event.data), attributes: trialAttributes(event.data, this.#mapping) });
    this.#finish(event, resultAttributes(event.data, this.#mapping));
  }

  #finish(event: Ending, attributes: AttributeMap): void {
    const key = stageOf(event);
    const { held } = this.#untracked;
    held.releaseAllOf(this.#ownerOf(key));
    const stage = this.#stages.get(key) ?? (event.type === 'onEvalEnd' ? this.#beginEnded(event) : undefined);
    if (!stage) return;
    const { status, error } = event.data;
    const failed = status === 'failed' || error !== undefined;
    stage.span.say({
      attributes: failed ? { ...attributes, 'error.type': errorType(error) } : attributes,
      moments: error ? [exceptionOf(event.time, exceptionAttributes(error, this.#mapping))] : [],
      failure: failed ? (error?.message ?? '') : null,
    });
    stage.span.end(event.time);
    this.#stages.delete(key);
  }

  /** An evaluation whose start was not heard. */
  #beginEnded(event: Envelope<'onEvalEnd'>): Stage {
    return this.#begin(event, `evaluate ${event.data.name}`, { 'gen_ai.operation.name': 'evaluate' });
  }
}

function exceptionOf(time: number, attributes: AttributeMap): SpanMoment {
  return { name: 'exception', time, attributes };
}

function trialName(data: TrialIdentity): string {
  return `evaluate ${data.name ?? `trial ${data.index}`}`;
}
