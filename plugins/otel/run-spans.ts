import { createHash } from 'node:crypto';
import type { AnyEvent, TrialIdentity } from '../../lib/contract/events.js';
import type { SpanIds } from '../../lib/track/traces/bridge.js';
import { searchMoment } from './mapping/decisions.js';
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
import { type TraceOwner, type TraceSurroundings, writeTrace, writeVerdict } from './trace-writer.js';

type Of<T extends AnyEvent['type']> = Extract<AnyEvent, { type: T }>;

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
  readonly #untracked: TraceSurroundings;
  readonly #runId: string;
  readonly #stages = new Map<string, Stage>();

  constructor(runId: string, untracked: TraceSurroundings) {
    this.#runId = runId;
    this.#untracked = untracked;
  }

  /** Nothing is open: it can be forgotten. */
  get isIdle(): boolean {
    return this.#stages.size === 0;
  }

  take(event: AnyEvent): void {
    switch (event.type) {
      case 'onRunStart':
        if (event.data.kind === 'user') this.#begin(event, `run ${event.data.name}`, this.#runAttributes(event));
        return;
      case 'onCompileStart':
        this.#begin(
          event,
          `optimize ${event.data.optimizer}`,
          compileAttributes(event.data, this.#mapping),
          event.data,
        );
        return;
      case 'onEvalStart':
        this.#begin(event, `evaluate ${event.data.name}`, evaluationAttributes(event.data, this.#mapping), event.data);
        return;
      case 'onTrialStart':
        this.#beginTrial(event);
        return;
      case 'onTraceEnd':
        writeTrace(event.data, this.#owner(event), this.#untracked);
        return;
      case 'onExampleEnd':
        this.#judge(event);
        return;
      default:
        this.#end(event);
    }
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

  #end(event: AnyEvent): void {
    switch (event.type) {
      case 'onTrialEnd':
        this.#endTrial(event);
        return;
      case 'onEvalEnd':
        this.#finish(event, resultAttributes(event.data, this.#mapping));
        return;
      case 'onCompileEnd':
        this.#finish(event, compileResult(event.data, this.#mapping));
        return;
      case 'onRunEnd':
        this.#finish(event, {});
        this.close(event.time);
        return;
      default: {
        const moment = searchMoment(event, this.#mapping);
        if (moment) this.#stages.get(keyOf(event, 'compile'))?.span.say({ attributes: {}, moments: [moment] });
      }
    }
  }

  get #mapping() {
    return this.#untracked.mapping;
  }

  #runAttributes(event: Of<'onRunStart'>): AttributeMap {
    return runAttributes(event.data, this.#mapping);
  }

  #begin(
    event: AnyEvent,
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

  #beginTrial(event: Of<'onTrialStart' | 'onTrialEnd'>): Stage {
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
    event: AnyEvent,
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

  #owner(event: Of<'onTraceEnd'>): TraceOwner {
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

  #judge(event: Of<'onExampleEnd'>): void {
    const key = keyOf(event, event.trialId ? 'trial' : 'eval');
    writeVerdict(event, this.#ownerOf(key), this.#stages.get(key)?.metric ?? null, this.#untracked);
  }

  /** What was not known when the trial began is said now. */
  #endTrial(event: Of<'onTrialEnd'>): void {
    const { span } = this.#stages.get(keyOf(event, 'trial')) ?? this.#beginTrial(event);
    span.say({ name: trialName(event.data), attributes: trialAttributes(event.data, this.#mapping) });
    this.#finish(event, resultAttributes(event.data, this.#mapping));
  }

  #finish(event: Of<'onTrialEnd' | 'onEvalEnd' | 'onCompileEnd' | 'onRunEnd'>, attributes: AttributeMap): void {
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
  #beginEnded(event: Of<'onEvalEnd'>): Stage {
    return this.#begin(event, `evaluate ${event.data.name}`, { 'gen_ai.operation.name': 'evaluate' });
  }
}

function exceptionOf(time: number, attributes: AttributeMap): SpanMoment {
  return { name: 'exception', time, attributes };
}

function trialName(data: TrialIdentity): string {
  return `evaluate ${data.name ?? `trial ${data.index}`}`;
}

type Level = 'run' | 'compile' | 'trial' | 'eval';

const LEVELS: { readonly [type: string]: Level } = {
  onRunStart: 'run',
  onRunEnd: 'run',
  onCompileStart: 'compile',
  onCompileEnd: 'compile',
  onTrialStart: 'trial',
  onTrialEnd: 'trial',
  onEvalStart: 'eval',
  onEvalEnd: 'eval',
};

/** Names what begins or ends with this event. */
function stageOf(event: AnyEvent): string {
  return keyOf(event, LEVELS[event.type] ?? 'run');
}

function keyOf(event: AnyEvent, level: Level): string {
  const id = { run: event.runId, compile: event.compileId, trial: event.trialId, eval: event.evalId }[level];
  return `${level}/${id ?? ''}`;
}

/** Ids for a span that the journal has none for: the same in each replay. */
function idsOf(key: string): SpanIds {
  const digest = createHash('sha256').update(key).digest('hex');
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}
