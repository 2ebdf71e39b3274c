import type { CandidateData, CertificateCheck, Json } from '../../contract/events.js';
import { STATE_PARTS, stateParts } from '../../contract/program/parts.js';
import { canonicalJson } from '../../support/content-hash.js';
import { differingParts } from './differences.js';
import type { FullScore, Ledger } from './ledger.js';

/** Relative difference up to which two scores are equal: optimizers add up the same numbers in different orders. */
const EQUAL = 1e-9;

/** The returned program when its compile ends. */
export interface Returned {
  readonly candidate: CandidateData;
  /**
   * Id of the state of a program that the result was applied to; `null` if the result is a program itself. It can differ
   * from the candidate's id, because ax drops fields of demos that the signature lacks.
   */
  readonly appliedId: string | null;
  readonly ledger: Ledger;
  /** State of the program before the compile. */
  readonly seed: CandidateData | null;
  /** Returns the state of a candidate of the compile. */
  readonly stateOf: (candidateId: string) => CandidateData | undefined;
}

/** Checks whether the returned program is the one that its best trial scored. `trialId` is the trial it was compared with. */
export function checkReturned(returned: Returned): CertificateCheck & { readonly trialId: string | null } {
  const { candidate, appliedId, ledger, stateOf } = returned;
  const ids = appliedId === null ? [candidate.id] : [candidate.id, appliedId];
  const best = ledger.best();
  const own = ids.map((id) => ledger.fullScore(id)).find((score) => score !== undefined);
  const result = (passed: boolean | null, detail: string, trialId: string | null = best?.trialId ?? null) =>
    ({ name: 'returned', passed, detail, trialId }) as const;
  if (best === undefined) return result(null, 'this compile recorded no full evaluation');
  if (ids.includes(best.candidateId)) {
    return result(true, `its state is that of ${best.name}, which scored ${best.score}`);
  }
  if (own && isEqual(own, best)) {
    return result(
      true,
      `its state is that of ${own.name}, which scored ${own.score}, equal to the best score`,
      own.trialId,
    );
  }
  const hasTrial = ids.some((id) => ledger.lastTrialOf(id) !== undefined);
  if (!hasTrial && ids.some((id) => ledger.isProposed(id))) {
    return result(null, 'the search proposed this state and ran no trial with it, so it has no score', null);
  }
  const bestState = stateOf(best.candidateId);
  if (!own && bestState && !areComparable(candidate, bestState)) {
    return result(
      null,
      "the trials record candidates in a different format from the returned program's, so they cannot be compared",
    );
  }
  return result(false, whyDifferent(returned, best, own, hasTrial));
}

/** An optimizer may, for example, record texts in its trials and return a whole program. */
function areComparable(a: CandidateData, b: CandidateData): boolean {
  return shareKeys(a.texts, b.texts) && typeName(a.state) === typeName(b.state) && shareKeys(a.state, b.state);
}

/** Two objects without keys count as sharing them. */
function shareKeys(a: unknown, b: unknown): boolean {
  const [own, other] = [keysOf(a), keysOf(b)];
  return own.length === 0 ? other.length === 0 : own.some((key) => other.includes(key));
}

function keysOf(value: unknown): readonly string[] {
  return typeName(value) === 'object' ? Object.keys(value as object) : [];
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function whyDifferent(
  { candidate, seed, stateOf }: Returned,
  best: FullScore,
  own: FullScore | undefined,
  hasTrial: boolean,
): string {
  const winner = `${best.name}, which scored ${best.score}`;
  if (own) {
    const returned = own.candidateId === seed?.id ? 'the seed' : `candidate ${candidate.id}`;
    return `${returned} was returned, whose full score is ${own.score}, instead of the candidate of ${winner}`;
  }
  const trials = hasTrial ? 'ran only in trials that are not full evaluations' : 'never ran in a trial';
  const state = stateOf(best.candidateId);
  const differences = state ? `: ${differingParts(candidate, state)}` : '';
  return `the returned state ${trials}; it is not that of ${winner}${differences}`;
}

function isEqual(a: FullScore, b: FullScore): boolean {
  return Math.abs(a.score - b.score) <= EQUAL * Math.max(Math.abs(a.score), Math.abs(b.score));
}

/** The returned program in its saved format. */
export interface Saved {
  readonly format: string;
  /** The program before redaction, as JSON. */
  readonly program: Json;
  /** The program as it is recorded, with its secrets in place again. */
  readonly restored: Json;
  /** The candidate as it is recorded, with its secrets in place again. */
  readonly candidate: CandidateData;
  /** Names of the secrets that have to be given to load it. */
  readonly secrets: readonly string[];
}

/**
 * Checks whether the returned program survives being written and read.
 *
 * @param idOf returns the content hash of a state
 */
export function checkSerialized(
  { format, program, restored, candidate, secrets }: Saved,
  idOf: (state: Partial<CandidateData>) => string,
): CertificateCheck {
  const result = (passed: boolean, detail: string): CertificateCheck => ({ name: 'serialized', passed, detail });
  const read = JSON.parse(JSON.stringify(stateParts(restored))) as Json;
  const changed = STATE_PARTS.filter((part) => partOf(read, part) !== partOf(program, part));
  if (changed.length > 0) return result(false, `redaction or a size limit changed its ${changed.join(', ')}`);
  if (idOf(stateIn(format, read, candidate)) === candidate.id)
    return result(true, `read back from JSON${withSecrets(secrets)}, its state is the same`);
  return result(false, 'read back from JSON, its state differs: JSON cannot represent some of its values');
}

/** Says that a program can be loaded only once its secrets are given; empty if it has none. */
export function withSecrets({ length }: readonly string[]): string {
  return length === 0 ? '' : ` with its ${length === 1 ? 'secret' : `${length} secrets`} given`;
}

function partOf(program: Json, part: string): string {
  return canonicalJson((program as { readonly [part: string]: Json } | null)?.[part] ?? null);
}

/** The parts that a format does not save are taken from the returned program. */
function stateIn(format: string, program: Json, candidate: CandidateData): Partial<CandidateData> {
  const state = (program ?? {}) as Partial<CandidateData> & { readonly componentMap?: CandidateData['texts'] };
  if (format === 'state') return state;
  const { texts, demos, modelConfig } = candidate;
  return {
    ...candidate,
    texts: { ...texts, ...state.componentMap },
    demos: state.demos ?? demos,
    ...((state.modelConfig ?? modelConfig) ? { modelConfig: state.modelConfig ?? modelConfig } : {}),
  } as Partial<CandidateData>;
}
