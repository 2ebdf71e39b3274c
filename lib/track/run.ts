import { AutologError } from '../contract/errors.js';
import type { EventData, Json } from '../contract/events.js';
import { TokenTally } from '../contract/tokens.js';
import { emit } from '../record/emit.js';
import { closeJournal, openJournal, type Place } from '../record/open-runs.js';
import { now } from '../support/clock.js';
import { newRunId } from '../support/ids.js';
import { received } from '../support/received.js';
import { settings } from '../support/settings.js';
import { shared } from '../support/shared-state.js';
import { hiddenSetting } from '../support/snapshot/places.js';
import { toErrorData } from '../support/snapshot/snapshot.js';
import { warn, warnEach } from '../support/warnings.js';
import { describeFile } from './artifacts.js';
import { currentFrame, type SessionFrame, within } from './context.js';
import { runSource } from './source.js';
import type { Ending, RunInput, RunTracker } from './types.js';

/** The open runs of this process. They are recorded as cancelled when it ends. */
export const openRuns = shared('tracked runs', () => new Set<RunState>());

const listeners = shared('run listeners', () => ({
  firstOpened: (): void => undefined,
  lastEnded: (): void => undefined,
}));

/** Sets the listeners: `firstOpened` runs when a run opens while none is open, `lastEnded` when no run is open any more. */
export function onRunsOpen(firstOpened: () => void, lastEnded: () => void): void {
  listeners.firstOpened = firstOpened;
  listeners.lastEnded = lastEnded;
}

/** A run: opens its journal and numbers its trials, compiles, evaluations and series. */
export class RunState implements RunTracker {
  readonly runId: string;
  readonly name: string;
  readonly kind: RunInput['kind'];
  readonly tally = new TokenTally();
  readonly #startedAt = now();
  readonly #frame: SessionFrame;
  readonly #series = new Map<string, number>();
  readonly #openChildren = new Set<{ abandon(): void }>();
  #trials = 0;
  #compiles = 0;
  #evaluations = 0;
  #ending: Ending | null = null;
  #done = false;

  constructor(input: RunInput) {
    this.name = input.name ?? input.kind;
    this.kind = input.kind;
    // The id is the name of a folder, which the name of the run becomes part of.
    this.runId = newRunId(settings().redactor.text(this.name), this.#startedAt);
    this.#frame = { run: this, compile: null, evaluation: null, role: 'task' };
    openJournal(this.runId, currentFrame().run?.runId);
    if (openRuns.size === 0) listeners.firstOpened();
    openRuns.add(this);
    emit(
      this.runId,
      'onRunStart',
      {
        name: this.name,
        kind: this.kind,
        tags: { ...input.tags },
        params: { ...input.params } as EventData['onRunStart']['params'],
        ...(input.externalRunId === undefined ? {} : { externalRunId: input.externalRunId }),
        source: runSource(),
      },
      { durable: true },
    );
  }

  get ended(): boolean {
    return this.#done;
  }

  within<T>(fn: () => T): T {
    return within(this.#frame, fn);
  }

  /** Returns the index of the next trial of this run, from 0. */
  nextTrial(): number {
    return this.#trials++;
  }

  /** Returns the index of the next compile of this run, from 0. */
  nextCompile(): number {
    return this.#compiles++;
  }

  /** Returns the index of the next evaluation of this run, from 0. */
  nextEvaluation(): number {
    return this.#evaluations++;
  }

  /** Returns the next step of a series of this run, from 0. */
  nextStep(series: string): number {
    const step = this.#series.get(series) ?? 0;
    this.#series.set(series, step + 1);
    return step;
  }

  /** Adds a compile, evaluation or certification. The run stays open until all of them have ended. */
  childStarted(child: { abandon(): void }): void {
    this.#openChildren.add(child);
  }

  /** Removes an ended child, and ends the run if it was waiting for that. */
  childEnded(child: { abandon(): void }): void {
    this.#openChildren.delete(child);
    if (this.#ending && this.#openChildren.size === 0) this.#finish(this.#ending);
  }

  logMetric(key: string, value: number, step?: number): void {
    checkKey('logMetric', key);
    if (typeof value !== 'number') {
      throw new AutologError(
        'AXL_BAD_METRIC',
        `the value of metric '${key}' must be a number, got ${received(value)}.`,
      );
    }
    if (step !== undefined && step !== null && !Number.isInteger(step)) {
      throw new AutologError(
        'AXL_BAD_METRIC',
        `the step of metric '${key}' must be a whole number, got ${received(step)}.`,
      );
    }
    this.#write({ kind: 'metric', key, value, step: step ?? null });
  }

  logParam(key: string, value: unknown): void {
    checkKey('logParam', key);
    this.#write({ kind: 'param', key, value: hiddenSetting(settings().redactor, key, value) as Json });
  }

  setTag(key: string, value: string): void {
    checkKey('setTag', key);
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new AutologError('AXL_BAD_OPTIONS', `the value of tag '${key}' must be a string, got ${received(value)}.`);
    }
    this.#write({ kind: 'tag', key, value: String(hiddenSetting(settings().redactor, key, value)) });
  }

  logArtifact(path: string, content: unknown): void {
    checkKey('logArtifact', path);
    if (content === undefined || typeof content === 'function') {
      throw new AutologError(
        'AXL_BAD_OPTIONS',
        `the content of artifact '${path}' must be a string, a Uint8Array or a JSON value, got ${received(content)}.`,
      );
    }
    if (typeof content === 'string') this.#write({ kind: 'artifact', path, content, encoding: 'utf8' });
    else if (content instanceof Uint8Array) this.#writeBytes(path, content);
    else this.#write({ kind: 'artifact', path, content: content as Json, encoding: 'json' });
  }

  log(message: string, data?: unknown): void {
    this.#write({ kind: 'message', message, data: (data ?? null) as Json });
  }

  end(ending: Ending): void {
    if (this.#done || this.#ending) return;
    this.#ending = ending;
    if (this.#openChildren.size === 0) this.#finish(ending);
  }

  /** Called when the process ends. Records everything that is still open as cancelled. */
  abandon(): void {
    for (const child of [...this.#openChildren].reverse()) child.abandon();
    this.#openChildren.clear();
    this.#finish(this.#ending ?? { status: 'cancelled' });
  }

  #finish(ending: Ending): void {
    if (this.#done) return;
    this.#done = true;
    openRuns.delete(this);
    if (openRuns.size === 0) listeners.lastEnded();
    const error = ending.error === undefined ? {} : { error: toErrorData(ending.error, settings().redactor) };
    const data = { status: ending.status, durationMs: now() - this.#startedAt, ...error };
    emit(this.runId, 'onRunEnd', data, { durable: true });
    closeJournal(this.runId);
  }

  #writeBytes(path: string, content: Uint8Array): void {
    const file = describeFile(path, content);
    if (!('refused' in file)) {
      this.#write(file.data, file.isRedacted);
      return;
    }
    const advice = 'To record such files as they are, pass autolog({ capture: { binary: true } })';
    const message = `artifact '${path}' is not recorded: ${file.refused}. ${advice}.`;
    this.within(() => warnEach('AXL_ARTIFACT_REFUSED', message, { path, bytes: content.byteLength }));
  }

  /** @param own whether the data is redacted already */
  #write(data: EventData['onLog'], own = false): void {
    if (this.#done) {
      warn('AXL_RUN_ENDED', `run ${this.runId} has ended and records no more logs. Log before the run ends.`, data);
      return;
    }
    emit(this.runId, 'onLog', data, { place: placeInRun(this.runId), own });
  }
}

function placeInRun(runId: string): Place {
  const { run, compile, evaluation } = currentFrame();
  if (run?.runId !== runId) return {};
  return {
    ...(compile ? { compileId: compile.compileId } : {}),
    ...(evaluation ? (compile ? { trialId: evaluation.id } : { evalId: evaluation.id }) : {}),
  };
}

function checkKey(method: string, key: unknown): void {
  if (typeof key === 'string' && key !== '') return;
  const name = method === 'logArtifact' ? 'path' : 'key';
  throw new AutologError(
    'AXL_BAD_OPTIONS',
    `${method}(): the ${name} must be a non-empty string, got ${received(key)}.`,
  );
}
