import { hash } from 'node:crypto';
import type { CandidateData, Json, JsonObject } from '../contract/events.js';
import { canonicalJson } from '../support/content-hash.js';
import type { Redactor } from '../support/redact/redact.js';
import { settings } from '../support/settings.js';
import { capture } from '../support/snapshot/snapshot.js';
import type { CandidateInput } from './types.js';

const NO_PARENTS: readonly string[] = Object.freeze([]);
const NO_DEMOS: readonly Json[] = Object.freeze([]);

/**
 * Gives candidates their ids: the first 16 hex digits of the SHA-256 of texts, demos, model settings and state. The same
 * state has the same id in every run and process. A candidate that came before is not walked again.
 */
export class Candidates {
  readonly #byContent = new Map<string, CandidateData>();
  readonly #byId = new Map<string, CandidateData>();
  #last: Seen | null = null;

  /** The candidate for this state; `fresh` is true the first time this compile or evaluation sees it. */
  take(
    input: CandidateInput,
    parents?: readonly string[],
  ): { readonly candidate: CandidateData; readonly fresh: boolean } {
    const { redactor } = settings();
    const again = this.#last && isSame(this.#last, input, redactor) ? this.#byId.get(this.#last.id) : undefined;
    if (again) return { candidate: again, fresh: false };
    const taken = this.#takeState(input, parents, redactor);
    this.#last = seenAs(taken.candidate.id, input, redactor);
    return taken;
  }

  #takeState(
    input: CandidateInput,
    parents: readonly string[] | undefined,
    redactor: Redactor,
  ): { readonly candidate: CandidateData; readonly fresh: boolean } {
    const texts = capture(input.texts ?? {}, redactor) as CandidateData['texts'];
    const demos = input.demos?.length ? (capture(input.demos, redactor) as readonly Json[]) : NO_DEMOS;
    const modelConfig = input.modelConfig ? (capture(input.modelConfig, redactor) as JsonObject) : undefined;
    const state = input.state === undefined ? undefined : capture(input.state, redactor);
    const content = canonicalJson([texts, demos, modelConfig ?? null, state ?? null]);
    const known = this.#byContent.get(content);
    if (known) return { candidate: known, fresh: false };
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
    return { candidate, fresh: true };
  }

  get(id: string): CandidateData | undefined {
    return this.#byId.get(id);
  }

  /** Parents learned after the candidate was first seen: the record is replaced, its id stays. */
  adopt(id: string, parents: readonly string[]): CandidateData | undefined {
    const known = this.#byId.get(id);
    if (!known || known.parents.length > 0 || parents.length === 0) return known;
    const adopted = Object.freeze({ ...known, parents: Object.freeze([...parents]) });
    this.#byId.set(id, adopted);
    for (const [content, candidate] of this.#byContent) if (candidate === known) this.#byContent.set(content, adopted);
    return adopted;
  }
}

/** A state that is texts alone, as it came last: optimizers score one candidate many times in a row. */
interface Seen {
  readonly id: string;
  readonly texts: Readonly<Record<string, unknown>>;
  readonly redactor: Redactor;
  readonly revision: number;
}

function isTextsAlone({ demos, modelConfig, state }: CandidateInput): boolean {
  return !demos?.length && !modelConfig && state === undefined;
}

function seenAs(id: string, input: CandidateInput, redactor: Redactor): Seen | null {
  if (!isTextsAlone(input) || redactor.fn) return null;
  return { id, texts: { ...input.texts }, redactor, revision: redactor.revision };
}

function isSame(seen: Seen, input: CandidateInput, redactor: Redactor): boolean {
  if (!isTextsAlone(input) || seen.redactor !== redactor || seen.revision !== redactor.revision) return false;
  const texts: Readonly<Record<string, unknown>> = input.texts ?? {};
  const keys = Object.keys(texts);
  if (keys.length !== Object.keys(seen.texts).length) return false;
  return keys.every((key) => typeof texts[key] === 'string' && texts[key] === seen.texts[key]);
}

/** Keys whose text differs between two candidates, added and removed ones included. */
export function changedComponents(from: CandidateData | undefined, to: CandidateData): readonly string[] {
  const before = from?.texts ?? {};
  const keys = new Set([...Object.keys(before), ...Object.keys(to.texts)]);
  return [...keys].filter((key) => before[key] !== to.texts[key]);
}
