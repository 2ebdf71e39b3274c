import type { Answer } from './fake-store.js';

type Fields = Record<string, unknown>;

export interface StoredTrace {
  readonly id: string;
  experimentId: string;
  /** What the last info said; `null` where only spans came. */
  state: string | null;
  requestTime: string;
  preview: string;
  readonly metadata: Map<string, string>;
  readonly tags: Map<string, string>;
  /** By id. */
  readonly assessments: Map<string, Fields>;
  /** By id. */
  readonly spans: Map<string, Fields>;
}

/** The traces of an MLflow server: what comes again under the same ids is replaced (observed on MLflow 3.17.2). */
export class FakeTraces {
  readonly traces = new Map<string, StoredTrace>();
  /** Names of spans that it cannot make sense of: it refuses the whole call. */
  readonly refusedSpans = new Set<string>();

  putInfo(body: Fields): Answer {
    const { trace_info } = body.trace as { trace_info: Fields };
    const trace = this.#trace(String(trace_info.trace_id));
    const location = trace_info.trace_location as { mlflow_experiment: { experiment_id: string } };
    trace.experimentId = location.mlflow_experiment.experiment_id;
    trace.state = String(trace_info.state);
    trace.requestTime = String(trace_info.request_time);
    if (trace_info.request_preview !== undefined) trace.preview = String(trace_info.request_preview);
    for (const [key, value] of Object.entries(trace_info.trace_metadata as object)) trace.metadata.set(key, value);
    for (const [key, value] of Object.entries(trace_info.tags as object)) trace.tags.set(key, value);
    for (const one of trace_info.assessments as Fields[]) trace.assessments.set(String(one.assessment_id), one);
    return { status: 200, body: { trace: { trace_info } } };
  }

  putSpans(body: Fields): Answer {
    const [resource] = body.resourceSpans as { scopeSpans: { spans: Fields[] }[] }[];
    const spans = resource?.scopeSpans.flatMap((scope) => scope.spans) ?? [];
    if (spans.some(({ name }) => this.refusedSpans.has(String(name)))) {
      return { status: 422, body: { detail: 'Cannot convert OpenTelemetry span to MLflow span' } };
    }
    for (const span of spans) this.#trace(`tr-${span.traceId}`).spans.set(String(span.spanId), span);
    return { status: 200, body: {} };
  }

  /** All of it, `nameOf` a run in place of the server's id. */
  summary(nameOf: (runId: string) => string | undefined): unknown {
    const shown = [...this.traces.values()].map(({ metadata, tags, assessments, spans, ...trace }) => {
      const { 'mlflow.sourceRun': run, ...rest } = Object.fromEntries(metadata);
      const given = [...assessments.values()].map(({ metadata: about, ...assessment }) => {
        const { 'mlflow.assessment.sourceRunId': source, ...more } = about as Record<string, string>;
        return { ...assessment, about: more, run: source === undefined ? null : nameOf(source) };
      });
      return {
        ...trace,
        run: run === undefined ? null : nameOf(run),
        metadata: sorted(Object.entries(rest)),
        tags: sorted(tags),
        assessments: given.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
        spans: sorted(spans),
      };
    });
    return shown.sort((a, b) => a.id.localeCompare(b.id));
  }

  #trace(id: string): StoredTrace {
    const known = this.traces.get(id);
    if (known) return known;
    const maps = { metadata: new Map(), tags: new Map(), assessments: new Map(), spans: new Map() };
    const made = { id, experimentId: '', state: null, requestTime: '', preview: '', ...maps };
    this.traces.set(id, made);
    return made;
  }
}

function sorted<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
