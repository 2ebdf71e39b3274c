import { type AnyEvent, type Envelope, type Json, seriesName } from 'ax-autolog/sink';
import { encodeKey } from './keys.js';
import type { Numbering } from './numbering.js';
import { RunPage } from './page.js';
import { modelText, programParams } from './program.js';
import { statusOf } from './status.js';
import { Results } from './tables.js';
import type { TracePlace } from './traces/traces.js';
import { wholeStep, wholeTime } from './values.js';

import { ROOT, TAG, type Write } from './writes.js';

interface Trial {
  readonly page: RunPage;
  readonly results: Results;
  readonly metric: string | null;
  /** Tags of the trial's traces. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Values that a trial takes from its compile. */
export interface TrialContext {
  readonly optimizer: string | null;
  readonly metric: string | null;
  readonly lmParams: ReadonlyMap<string, string>;
}

/**
 * Maps a trial to a child run. The run is opened when the trial starts; everything else is written when it ends, to save
 * requests. Its score is a point of its series on the parent.
 */
export class Trials {
  readonly #open = new Map<string, Trial>();
  readonly #known = new Set<string>();

  readonly #root: RunPage;
  readonly #numbering: Numbering;
  readonly #out: (write: Write) => void;
  readonly #sourceTags: () => Readonly<Record<string, string>>;

  constructor(
    root: RunPage,
    numbering: Numbering,
    out: (write: Write) => void,
    sourceTags: () => Readonly<Record<string, string>>,
  ) {
    this.#root = root;
    this.#numbering = numbering;
    this.#out = out;
    this.#sourceTags = sourceTags;
  }

  start(event: Envelope<'onTrialStart'>, context: TrialContext): void {
    this.#opened(event, event.data, context);
  }

  /** Returns the place of a trial's traces; `undefined` if the trial is not known. */
  traces(trialId: string): TracePlace | undefined {
    if (!this.#known.has(trialId)) return undefined;
    const trial = this.#open.get(trialId);
    if (!trial) return { run: trialId, awaits: null, metric: null, tags: {} };
    return { run: trialId, awaits: trialId, metric: trial.metric, tags: trial.tags };
  }

  example(event: Envelope<'onExampleEnd'>): void {
    this.#open.get(event.trialId ?? '')?.results.add(event);
  }

  end(event: Envelope<'onTrialEnd'>, context: TrialContext): void {
    const { data, time } = event;
    const { page, results } = this.#opened(event, data, context);
    if (data.candidate) page.setParams('', programParams(data.candidate));
    page.setParams('', context.lmParams);
    this.#scores(event, page);
    page.tokens('', data.tokens, time, 0);
    page.metric('n', data.n, time, 0);
    page.metric('errors', data.errors, time, 0);
    page.metric('duration_ms', data.durationMs, time, 0);
    for (const [key, value] of Object.entries(prefixed(identityTags(data)))) page.setTag(key, value);
    const table = results.table(data.exampleScores);
    if (table.data.length > 0) page.table('result_table.json', table);
    page.error('', data.error);
    const name = data.name === null ? null : this.#nameOf(data);
    this.#out({
      op: 'close',
      run: page.run,
      status: statusOf(data.status),
      time: wholeTime(time),
      ...(name === null ? {} : { name }),
    });
    this.#open.delete(page.run);
  }

  /** Adds a decision to the trial that it is based on. */
  decide({ data, type }: Envelope<'onCandidateAccepted' | 'onCandidateRejected'>): void {
    const { trialId, reason } = data;
    if (trialId === null || trialId === undefined || !this.#known.has(trialId)) return;
    const page = this.#open.get(trialId)?.page ?? new RunPage(trialId, this.#out);
    page.setTag(`${TAG}decision`, type === 'onCandidateAccepted' ? 'accepted' : 'rejected');
    page.setTag(`${TAG}reason`, reason);
  }

  #scores({ data, time }: Envelope<'onTrialEnd'>, page: RunPage): void {
    const series = seriesName(data.key ?? 'unknown');
    const step = wholeStep(data.step) + this.#numbering.offset(encodeKey(series));
    const points: [string, Json][] = data.score === null ? [] : [['', data.score]];
    for (const [objective, value] of Object.entries(data.scores ?? {})) points.push([`.${objective}`, value]);
    for (const [suffix, value] of points) {
      page.metric(`eval${suffix}`, value, time, 0);
      this.#root.metric(`${series}${suffix}`, value, time, step);
    }
    if (data.reportedScore !== undefined) page.metric('eval.reported', data.reportedScore, time, 0);
  }

  #opened(event: AnyEvent, data: Envelope<'onTrialStart'>['data'], context: TrialContext): Trial {
    const id = event.trialId ?? `trial ${data.index}`;
    const known = this.#open.get(id);
    if (known) return known;
    const { optimizer, metric } = context;
    const page = new RunPage(id, this.#out);
    const tags: Record<string, string> = { ...this.#sourceTags(), [`${TAG}id`]: id, [`${TAG}run`]: event.runId };
    if (event.compileId !== undefined) tags[`${TAG}compile`] = event.compileId;
    if (optimizer !== null) tags[`${TAG}optimizer`] = optimizer;
    Object.assign(tags, prefixed(identityTags(data)));
    const name = data.name === null ? `trial_${data.index}` : this.#nameOf(data);
    this.#out({ op: 'open', run: id, name, time: wholeTime(event.time), tags, parent: ROOT });
    if (data.candidate) page.artifact('model.json', modelText(data.candidate));
    const trial = { page, results: new Results(), metric, tags: traceTags(data) };
    this.#open.set(id, trial);
    this.#known.add(id);
    return trial;
  }

  /** Returns the name of a trial's run, such as `eval_full_0`, with the step that its score has on the parent. */
  #nameOf({ key, step }: Envelope<'onTrialStart'>['data']): string {
    const series = seriesName(key ?? 'unknown');
    return `${series}_${wholeStep(step) + this.#numbering.offset(encodeKey(series))}`;
  }
}

/** Returns tags that identify a trace's trial. The trial's run has the rest. */
function traceTags({ index, scope, phase }: Envelope<'onTrialStart'>['data']): Readonly<Record<string, string>> {
  const known = Object.entries({ trial: String(index), scope, phase }).filter(([, value]) => value !== null);
  return prefixed(Object.fromEntries(known) as Record<string, string>);
}

function prefixed(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${TAG}${key}`, value]));
}

function identityTags(data: Envelope<'onTrialStart'>['data']): Readonly<Record<string, string>> {
  const { candidate } = data;
  const facts = {
    trial: data.index,
    scope: data.scope,
    phase: data.phase,
    n: data.n,
    of: data.of,
    candidate: candidate?.id,
    parents: candidate?.parents?.join(','),
  };
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known.map(([key, value]) => [key, String(value)]));
}
