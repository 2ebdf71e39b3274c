import { type EventHandlers, handle } from '../../contract/event-table.js';
import type { AnyEvent, ErrorData, EventData, Json, JsonObject, RunKind, Status } from '../../contract/events.js';
import type { Logged, RunHistory } from './types.js';
import { AppendOnlyList, jsonOf, objectOf, statusOf, textOf } from './values.js';

type Warning = EventData['onWarning'];
type About = Pick<
  RunHistory,
  'status' | 'error' | 'startTime' | 'endTime' | 'lastTime' | 'parentRunId' | 'tags' | 'params' | 'source' | 'logs'
> & { readonly warnings: readonly Warning[]; readonly name: string | null; readonly kind: RunKind | null };

/** Builds the part of a history that is about the run itself: name, status, times, tags, params, logs and warnings. */
export class RunDraft {
  static readonly #handlers: EventHandlers<void, [run: RunDraft]> = {
    onRunStart: ({ data, time }, run) => run.#started(data, time),
    onCompileStart: null,
    onEvalStart: null,
    onTrialStart: null,
    onExampleEnd: null,
    onTrialEnd: null,
    onCandidateProposed: null,
    onCandidateAccepted: null,
    onCandidateRejected: null,
    onBestChanged: null,
    onParetoChanged: null,
    onCertificate: null,
    onTraceEnd: null,
    onLMCall: null,
    onLog: ({ data, time }, run) => run.#logged(data, time),
    onProgress: null,
    onWarning: ({ data }, run) => run.#warnings.push(data),
    onEvalEnd: null,
    onCompileEnd: null,
    onRunEnd: ({ data, time }, run) => run.#ended(data, time),
  };

  readonly #tags = new Map<string, string>();
  readonly #params = new Map<string, Json>();
  readonly #logs = new AppendOnlyList<Logged>();
  readonly #warnings = new AppendOnlyList<Warning>();
  #start: EventData['onRunStart'] | null = null;
  #startTime: number | null = null;
  #firstTime: number | null = null;
  #lastTime = 0;
  #endTime: number | null = null;
  #status: Status | 'running' = 'running';
  #error: ErrorData | null = null;
  #parentRunId: string | null = null;

  /** Adds an event of the run. */
  take(event: AnyEvent): void {
    const { time, parentRunId } = event;
    this.#firstTime ??= time;
    this.#lastTime = Math.max(this.#lastTime, time);
    this.#parentRunId ??= parentRunId ?? null;
    handle(RunDraft.#handlers, event, this);
  }

  /** Returns the run so far. `name` and `kind` are `null` if its start is missing. */
  view(): About {
    const startTime = this.#startTime ?? this.#firstTime ?? 0;
    return {
      name: textOf(this.#start?.name, null),
      kind: this.#start?.kind ?? null,
      status: this.#status,
      error: this.#error,
      startTime,
      endTime: this.#endTime,
      lastTime: Math.max(this.#lastTime, startTime),
      parentRunId: this.#parentRunId,
      tags: Object.fromEntries(this.#tags),
      params: Object.fromEntries(this.#params) as JsonObject,
      source: objectOf(this.#start?.source),
      logs: this.#logs.view(),
      warnings: this.#warnings.view(),
    };
  }

  /** A resumed run has several starts. The first one sets its name, kind and source. */
  #started(data: EventData['onRunStart'], time: number): void {
    this.#startTime ??= time;
    this.#status = 'running';
    this.#endTime = null;
    this.#error = null;
    this.#start ??= data;
    for (const [key, value] of Object.entries(objectOf(data.tags))) this.#tags.set(key, String(value));
    for (const [key, value] of Object.entries(objectOf(data.params))) this.#params.set(key, jsonOf(value));
  }

  #ended(data: EventData['onRunEnd'], time: number): void {
    this.#status = statusOf(data.status);
    this.#endTime = time;
    this.#error = data.error ?? null;
  }

  #logged(data: EventData['onLog'], time: number): void {
    if (data.kind === 'tag') this.#tags.set(String(data.key), String(data.value));
    else if (data.kind === 'param') this.#params.set(String(data.key), jsonOf(data.value));
    else this.#logs.push({ time, data: data.kind === 'artifact' ? { ...data, content: null } : data });
  }
}
