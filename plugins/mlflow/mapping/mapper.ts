import { type AnyEvent, type Envelope, type EventHandlers, handle, type Json, type JsonObject } from 'ax-autolog/sink';
import { Compiles, type PromptChoice } from './compiles.js';
import { Evaluations } from './evaluations.js';
import { encodeKey } from './keys.js';
import { type Numbering, OWN_NUMBERS } from './numbering.js';
import { RunPage } from './page.js';
import { statusOf } from './status.js';
import { type TracePlace, Traces } from './traces/traces.js';
import { Trials } from './trials.js';
import { paramText, wholeTime } from './values.js';
import { ROOT, TAG, type Write } from './writes.js';

/** Options of the mapping. */
export interface MappingOptions {
  /** Instructions that are registered as prompts. */
  readonly prompts: PromptChoice;
  /** User name for the tag `mlflow.user`; left out if it is not known. */
  readonly user?: string;
}

/**
 * Maps the events that one process wrote of a run to writes for MLflow. The writes depend only on the events so far, the
 * options and the numbering, so taking the same events again produces the same writes.
 */
export class RunMapper {
  /** `null`: MLflow has no place for the event, or a trace contains it. */
  static readonly #handlers: EventHandlers<void, [run: RunMapper]> = {
    onRunStart: (event, run) => run.#startRun(event),
    onCompileStart: (event, run) => run.#compiles.start(event, run.#script()),
    onEvalStart: (event, run) => run.#evaluations.start(event, run.#script()),
    onTrialStart: (event, run) => run.#trials.start(event, run.#compiles.trialContext(event)),
    onExampleEnd: (event, run) => run.#example(event),
    onTrialEnd: (event, run) => run.#endTrial(event),
    onCandidateProposed: (event, run) => run.#compiles.proposed(event),
    onCandidateAccepted: (event, run) => run.#decide(event),
    onCandidateRejected: (event, run) => run.#decide(event),
    onBestChanged: (event, run) => run.#compiles.best(event),
    onParetoChanged: (event, run) => run.#compiles.pareto(event),
    onCertificate: (event, run) => run.#compiles.certify(event),
    onTraceEnd: (event, run) => run.#traces.ended(event, run.#placeOf(event)),
    onLMCall: null,
    onLog: (event, run) => run.#log(event),
    onProgress: null,
    onWarning: null,
    onEvalEnd: (event, run) => run.#endEvaluation(event),
    onCompileEnd: (event, run) => run.#endCompile(event),
    onRunEnd: (event, run) => run.#endRun(event),
  };

  #writes: Write[] = [];
  readonly #root: RunPage;
  readonly #compiles: Compiles;
  readonly #trials: Trials;
  readonly #evaluations: Evaluations;
  readonly #traces: Traces;
  #source: JsonObject = {};
  #isOpen = false;
  #hasRun = true;
  #hasError = false;

  readonly #options: MappingOptions;

  constructor(options: MappingOptions, numbering: Numbering = OWN_NUMBERS) {
    this.#options = options;
    const out = (write: Write): void => void this.#writes.push(write);
    this.#root = new RunPage(ROOT, out, numbering.tables);
    this.#compiles = new Compiles(this.#root, numbering, options.prompts, out);
    this.#trials = new Trials(this.#root, numbering, out, () => this.#sourceTags());
    this.#evaluations = new Evaluations(this.#root, numbering, out);
    this.#traces = new Traces(
      out,
      () => this.#sourceTags(),
      () => this.#script(),
    );
  }

  /** Takes an event and returns its writes, in order. */
  take(event: AnyEvent): readonly Write[] {
    const opening = this.begin(event);
    this.#writes = [...opening];
    this.#compiles.takeScores(event);
    handle(RunMapper.#handlers, event, this);
    return this.#taken();
  }

  /** Whether a trace waits for later events. Other traces are written at once and leave no state here. */
  waitsFor(event: Envelope<'onTraceEnd'>): boolean {
    return this.#placeOf(event).awaits !== null;
  }

  /** Position of the oldest event that is not completely written; `null` if there is none. */
  get oldestWaiting(): number | null {
    return this.#traces.oldestWaiting;
  }

  /** Returns writes that wait for later events but are possible without them: traces whose verdict is still missing. */
  writeWaiting(): readonly Write[] {
    this.#writes = [];
    this.#traces.writeWaiting();
    return this.#taken();
  }

  /** Returns the writes. Program calls outside of every run produce only traces. */
  #taken(): readonly Write[] {
    return this.#hasRun ? this.#writes : this.#writes.filter(({ op }) => op === 'trace');
  }

  /**
   * Opens the run once, for an event that is not its start: the event of a process that did not open the run, or of a journal
   * whose start is damaged. Returns nothing otherwise.
   */
  begin({ type, runId, time }: AnyEvent): readonly Write[] {
    if (this.#isOpen || type === 'onRunStart') return [];
    this.#isOpen = true;
    const tags = { [`${TAG}id`]: runId, [`${TAG}run`]: runId };
    return [{ op: 'open', run: ROOT, name: runId, time: wholeTime(time), tags }];
  }

  #endTrial(event: Envelope<'onTrialEnd'>): void {
    this.#trials.end(event, this.#compiles.trialContext(event));
    this.#traces.over(event.trialId ?? '');
  }

  #example(event: Envelope<'onExampleEnd'>): void {
    if (event.trialId === undefined) this.#evaluations.example(event);
    else this.#trials.example(event);
    this.#traces.verdict(event);
  }

  #endEvaluation(event: Envelope<'onEvalEnd'>): void {
    this.#hasError ||= event.data.error !== undefined;
    this.#evaluations.end(event);
    this.#traces.over(event.evalId ?? '');
  }

  #endCompile(event: Envelope<'onCompileEnd'>): void {
    this.#hasError ||= event.data.error !== undefined;
    this.#compiles.end(event);
  }

  #decide(event: Envelope<'onCandidateAccepted' | 'onCandidateRejected'>): void {
    this.#compiles.decided(event);
    this.#trials.decide(event);
  }

  /** Returns the place of a trace: a trial's traces belong to its child run, all others to the run itself. */
  #placeOf({ trialId, evalId }: Envelope<'onTraceEnd'>): TracePlace {
    const runPlace = { run: this.#hasRun ? ROOT : null, awaits: null, metric: null, tags: {} };
    if (!this.#hasRun) return runPlace;
    const place = trialId === undefined ? this.#evaluations.traces(evalId ?? '') : this.#trials.traces(trialId);
    return place ?? runPlace;
  }

  #startRun({ data, time, runId, parentRunId }: Envelope<'onRunStart'>): void {
    this.#source = data.source ?? {};
    this.#isOpen = true;
    this.#hasRun = data.kind !== 'predictions';
    const tags: Record<string, string> = { ...this.#sourceTags(), [`${TAG}id`]: runId, [`${TAG}run`]: runId };
    tags[`${TAG}kind`] = data.kind;
    // The Python library marks runs of its autologging with the same tag.
    if (data.kind === 'compile') tags['mlflow.autologging'] = 'ax';
    if (data.kind === 'eval') tags['mlflow.runType'] = 'genai_evaluate';
    const nested = parentRunId === undefined ? {} : { parent: parentRunId };
    this.#writes.push({ op: 'open', run: ROOT, name: data.name, time: wholeTime(time), tags, ...nested });
    for (const [key, value] of Object.entries(data.tags ?? {})) this.#root.setTag(key, value);
    for (const [key, value] of Object.entries(data.params ?? {})) this.#root.setParam(key, paramText(value));
  }

  #endRun({ data, time }: Envelope<'onRunEnd'>): void {
    this.#traces.over();
    if (!this.#hasError) this.#root.error('', data.error);
    this.#writes.push({ op: 'close', run: ROOT, status: statusOf(data.status), time: wholeTime(time) });
  }

  #log({ data, time }: Envelope<'onLog'>): void {
    if (data.kind === 'metric') this.#root.metric(data.key, data.value, time, data.step);
    else if (data.kind === 'param') this.#root.setParam(data.key, paramText(data.value));
    else if (data.kind === 'tag') this.#root.setTag(data.key, data.value);
    else if (data.kind === 'artifact') {
      const isText = typeof data.content === 'string' && data.encoding !== 'json';
      const content = isText ? (data.content as string) : `${JSON.stringify(data.content, null, 2)}\n`;
      this.#root.artifact(data.path, content, isText && data.encoding === 'base64' ? 'base64' : 'utf8');
    }
  }

  #script(): string {
    return text(this.#source.script) ?? '<console>';
  }

  /** `mlflow.source.*`, `mlflow.user`, as MLflow's own clients set them (mlflow/tracking/context). */
  #sourceTags(): Readonly<Record<string, string>> {
    const { git } = this.#source;
    const { commit, branch, repoURL } = (git ?? {}) as Readonly<Record<string, Json>>;
    const found = {
      'mlflow.user': this.#options.user,
      'mlflow.source.name': this.#script(),
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.git.commit': text(commit),
      'mlflow.source.git.branch': text(branch),
      'mlflow.source.git.repoURL': text(repoURL),
      [`${TAG}version`]: text(this.#source['ax-autolog']),
    };
    const known = Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return Object.fromEntries(known.map(([key, value]) => [encodeKey(key), value]));
  }
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
