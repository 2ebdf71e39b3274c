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
  /** What traces of the trial say of it. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What a trial takes from its compile. */
export interface TrialSurroundings {
  readonly optimizer: string | null;
  readonly metric: string | null;
  readonly lmParams: ReadonlyMap<string, string>;
}

/**
 * A trial becomes a child run: opened when it starts, everything else of it written in one go when it ends, so that it
 * costs few requests. Its score is a point of its series on the parent.
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

  start(event: Envelope<'onTrialStart'>, surroundings: TrialSurroundings): void {
    this.#opened(event, event.data, surroundings);
  }

  /** Where a trace of that trial belongs; nothing where the trial is not known. */
  traces(trialId: string): TracePlace | undefined {
    if (!this.#known.has(trialId)) return undefined;
    const trial = this.#open.get(trialId);
    if (!trial) return { run: trialId, awaits: null, metric: null, tags: {} };
    return { run: trialId, awaits: trialId, metric: trial.metric, tags: trial.tags };
  }

  example(event: Envelope<'onExampleEnd'>): void {
    this.#open.get(event.trialId ?? '')?.results.add(event);
  }

  end(event: Envelope<'onTrialEnd'>, surroundings: TrialSurroundings): void {
    const { data, time } = event;
    const { page, results } = this.#opened(event, data, surroundings);
    if (data.candidate) page.setParams('', programParams(data.candidate));
    page.setParams('', surroundings.lmParams);
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

  /** A decision is shown on the trial that decided it. */
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

  #opened(event: AnyEvent, data: Envelope<'onTrialStart'>['data'], surroundings: TrialSurroundings): Trial {
    const id = event.trialId ?? `trial ${data.index}`;
    const known = this.#open.get(id);
    if (known) return known;
    const { optimizer, metric } = surroundings;
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

  /** `eval_full_0`, with the step that its score has on the parent. */
  #nameOf({ key, step }: Envelope<'onTrialStart'>['data']): string {
    const series = seriesName(key ?? 'unknown');
    return `${series}_${wholeStep(step) + this.#numbering.offset(encodeKey(series))}`;
  }
}

/** What tells a trace's trial from others; the rest is on its run. */
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
