import type { CandidateData, CertificateCheck, Json } from '../../contract/events.js';
import { canonicalJson } from '../../support/content-hash.js';
import { differingParts } from './differences.js';
import type { FullScore, Ledger } from './ledger.js';

/** Full scores that differ by less, in parts of the larger, are equal: optimizers add them up in orders of their own. */
const EQUAL = 1e-9;

/** What is known of the returned program when its compile ends. */
export interface Returned {
  readonly candidate: CandidateData;
  /** Id of the state of a program that it was put into: ax leaves out fields of demos that the signature lacks. */
  readonly appliedId: string | null;
  readonly ledger: Ledger;
  /** State before the compile. */
  readonly seed: CandidateData | null;
  /** State of any candidate of the compile. */
  readonly stateOf: (candidateId: string) => CandidateData | undefined;
}

/** Is the returned program the one that its best trial scored? */
export function checkReturned(returned: Returned): CertificateCheck & { readonly trialId: string | null } {
  const { candidate, appliedId, ledger, stateOf } = returned;
  const ids = appliedId === null ? [candidate.id] : [candidate.id, appliedId];
  const best = ledger.best();
  const own = ids.map((id) => ledger.fullScore(id)).find((score) => score !== undefined);
  const say = (passed: boolean | null, detail: string, trialId: string | null = best?.trialId ?? null) =>
    ({ name: 'returned', passed, detail, trialId }) as const;
  if (best === undefined) return say(null, 'no full evaluation of this compile was seen');
  if (ids.includes(best.candidateId)) {
    return say(true, `its state is that of ${best.name}, which scored ${best.score}`);
  }
  if (own && isEqual(own, best)) {
    return say(true, `its state is that of ${own.name}, which scored ${own.score}, as the best did`, own.trialId);
  }
  const hasRun = ids.some((id) => ledger.hasRun(id));
  if (!hasRun && ids.some((id) => ledger.wasProposed(id))) {
    return say(null, 'the search made this state and ran no trial with it: no score is its own', null);
  }
  const tried = stateOf(best.candidateId);
  if (!own && tried && !isOfOneForm(candidate, tried)) {
    return say(
      null,
      'the trials tell their candidates in another form than the returned program has: they cannot be compared',
    );
  }
  return say(false, whyNot(returned, best, own, hasRun));
}

/** Whether two states tell the same things, so that they can be compared: an optimizer may try texts and return a program. */
function isOfOneForm(a: CandidateData, b: CandidateData): boolean {
  return overlap(a.texts, b.texts) && kindOf(a.state) === kindOf(b.state) && overlap(a.state, b.state);
}

/** Whether two objects have a key in common, or neither has any. */
function overlap(a: unknown, b: unknown): boolean {
  const [own, other] = [keysOf(a), keysOf(b)];
  return own.length === 0 ? other.length === 0 : own.some((key) => other.includes(key));
}

function keysOf(value: unknown): readonly string[] {
  return kindOf(value) === 'object' ? Object.keys(value as object) : [];
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
}

function whyNot(
  { candidate, seed, stateOf }: Returned,
  best: FullScore,
  own: FullScore | undefined,
  hasRun: boolean,
): string {
  const winner = `${best.name}, which scored ${best.score}`;
  if (own) {
    const what = own.candidateId === seed?.id ? 'the seed' : `candidate ${candidate.id}`;
    return `${what} was returned, whose full score is ${own.score}, instead of the candidate of ${winner}`;
  }
  const tried = hasRun ? 'only ran in trials that are not full' : 'never ran in a trial';
  const state = stateOf(best.candidateId);
  const differs = state ? `: ${differingParts(candidate, state)}` : '';
  return `the returned state ${tried}; it is not that of ${winner}${differs}`;
}

function isEqual(a: FullScore, b: FullScore): boolean {
  return Math.abs(a.score - b.score) <= EQUAL * Math.max(Math.abs(a.score), Math.abs(b.score));
}

/** What the returned program is written as. */
export interface Saved {
  readonly format: string;
  /** As the optimizer gave it, in JSON. */
  readonly program: Json;
  /** As it is kept: redacted. */
  readonly written: Json;
}

/**
 * Does the returned program survive being written and read?
 *
 * @param idOf content hash of a state
 */
export function checkSerialized(
  candidate: CandidateData,
  { format, program, written }: Saved,
  idOf: (state: Partial<CandidateData>) => string,
): CertificateCheck {
  const say = (passed: boolean, detail: string): CertificateCheck => ({ name: 'serialized', passed, detail });
  const read = JSON.parse(JSON.stringify(stateParts(written))) as Json;
  const changed = STATE.filter((part) => partOf(read, part) !== partOf(program, part));
  if (changed.length > 0) return say(false, `redaction, or a limit of what is kept, changed its ${changed.join(', ')}`);
  if (idOf(stateIn(format, read, candidate)) === candidate.id)
    return say(true, 'read back from JSON, its state is the same');
  return say(false, 'read back from JSON, its state differs: it holds values that JSON cannot');
}

/** Parts of a saved program that loading it goes by. The rest, such as the training examples in ax's, is beside the point. */
const STATE = ['texts', 'componentMap', 'demos', 'modelConfig', 'state', 'baseInstruction', 'renderedPlaybook'];

function stateParts(program: Json): Json {
  if (program === null || typeof program !== 'object' || Array.isArray(program)) return program;
  return Object.fromEntries(Object.entries(program).filter(([part]) => STATE.includes(part)));
}

function partOf(program: Json, part: string): string {
  return canonicalJson((program as { readonly [part: string]: Json } | null)?.[part] ?? null);
}

/** The state that the saved program holds; what a format leaves out is the program's own. */
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
