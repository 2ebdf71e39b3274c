import { hash } from 'node:crypto';
import type { CandidateData, Json, JsonObject } from '../contract/events.js';
import { canonicalJson } from '../support/content-hash.js';
import type { Redactor } from '../support/redact/redact.js';
import { SecretNames } from '../support/redact/secret-names.js';
import { settings } from '../support/settings.js';
import { captureProgram } from '../support/snapshot/snapshot.js';
import type { CandidateInput } from './types.js';

const NO_PARENTS: readonly string[] = Object.freeze([]);
const NO_DEMOS: readonly Json[] = Object.freeze([]);

/**
 * Identifies the candidates of one compile or evaluation. A candidate's id is the first 16 hex digits of the SHA-256 of its
 * texts, demos, model settings and state, so the same state has the same id in every run and process.
 */
export class Candidates {
  readonly #byContent = new Map<string, CandidateData>();
  readonly #byId = new Map<string, CandidateData>();
  #last: LastTexts | null = null;

  /** Returns the candidate with this state, and adds it if the state is new. `parents` override those of the input. */
  identify(input: CandidateInput, parents?: readonly string[]): CandidateData {
    const { redactor } = settings();
    const last = this.#last && isSame(this.#last, input, redactor) ? this.#byId.get(this.#last.id) : undefined;
    if (last) return last;
    const identified = this.#identifyState(input, parents, redactor);
    this.#last = lastTexts(identified.id, input, redactor);
    return identified;
  }

  #identifyState(input: CandidateInput, parents: readonly string[] | undefined, redactor: Redactor): CandidateData {
    const { texts, demos, modelConfig, state } = captureState(input, redactor, new SecretNames(redactor));
    const content = canonicalJson([texts, demos, modelConfig ?? null, state ?? null]);
    const known = this.#byContent.get(content);
    if (known) return known;
    const candidate = Object.freeze({
      id: hash('sha256', content, 'hex').slice(0, 16),
      texts,
      demos,
      ...(modelConfig ? { modelConfig } : {}),
      ...(state === undefined ? {} : { state }),
      parents: Object.freeze([...(parents ?? input.parents ?? NO_PARENTS)]),
    });
    this.#byContent.set(content, candidate);
    this.#byId.set(candidate.id, candidate);
    return candidate;
  }

  /** Returns the candidate with this id, if it was identified here. */
  get(id: string): CandidateData | undefined {
    return this.#byId.get(id);
  }

  /** Sets the parents of a candidate that has none yet, and returns the candidate. Its id does not change. */
  setParents(id: string, parents: readonly string[]): CandidateData | undefined {
    const known = this.#byId.get(id);
    if (!known || known.parents.length > 0 || parents.length === 0) return known;
    const changed = Object.freeze({ ...known, parents: Object.freeze([...parents]) });
    this.#byId.set(id, changed);
    for (const [content, candidate] of this.#byContent) if (candidate === known) this.#byContent.set(content, changed);
    return changed;
  }
}

/** A state as it is recorded. */
type RecordedState = Pick<CandidateData, 'texts' | 'demos' | 'modelConfig' | 'state'>;

/** Returns a state as it is recorded. Its secrets are named in `names`. */
export function captureState(
  { texts, demos, modelConfig, state }: CandidateInput,
  redactor: Redactor,
  names: SecretNames,
): RecordedState {
  const captured = (value: unknown) => captureProgram(value, redactor, { names });
  return {
    texts: captured(texts ?? {}) as CandidateData['texts'],
    demos: demos?.length ? (captured(demos) as readonly Json[]) : NO_DEMOS,
    ...(modelConfig
      ? { modelConfig: captureProgram(modelConfig, redactor, { names, places: 'settings' }) as JsonObject }
      : {}),
    ...(state === undefined ? {} : { state: captured(state) }),
  };
}

/** The last state, if it has texts only. Optimizers score one candidate many times in a row, which this makes cheap. */
interface LastTexts {
  readonly id: string;
  readonly texts: Readonly<Record<string, unknown>>;
  readonly redactor: Redactor;
  readonly revision: number;
}

function hasTextsOnly({ demos, modelConfig, state }: CandidateInput): boolean {
  return !demos?.length && !modelConfig && state === undefined;
}

function lastTexts(id: string, input: CandidateInput, redactor: Redactor): LastTexts | null {
  if (!hasTextsOnly(input) || redactor.fn) return null;
  return { id, texts: { ...input.texts }, redactor, revision: redactor.revision };
}

function isSame(last: LastTexts, input: CandidateInput, redactor: Redactor): boolean {
  if (!hasTextsOnly(input) || last.redactor !== redactor || last.revision !== redactor.revision) return false;
  const texts: Readonly<Record<string, unknown>> = input.texts ?? {};
  const keys = Object.keys(texts);
  if (keys.length !== Object.keys(last.texts).length) return false;
  return keys.every((key) => typeof texts[key] === 'string' && texts[key] === last.texts[key]);
}

/** Returns the keys whose text was changed, added or removed between two candidates. */
export function changedComponents(from: CandidateData | undefined, to: CandidateData): readonly string[] {
  const before = from?.texts ?? {};
  const keys = new Set([...Object.keys(before), ...Object.keys(to.texts)]);
  return [...keys].filter((key) => before[key] !== to.texts[key]);
}
