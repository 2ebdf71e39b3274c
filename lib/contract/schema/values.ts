/** Checks of the values that events are made of. */
import { isSecretName } from '../program/placeholders.js';
import type * as values from '../values.js';
import {
  type Check,
  check,
  dictionary,
  type Fault,
  list,
  membersOf,
  nullable,
  object,
  optional,
  word,
} from './checks.js';
import { flag, json, jsonObject, number, position, text } from './scalars.js';

const MAX_CAUSES = 16;

export const status: Check<values.Status> = word('finished', 'failed', 'cancelled');
export const runKind: Check<values.RunKind> = word('compile', 'eval', 'user', 'predictions');
export const scope: Check<values.Scope> = word('full', 'minibatch', 'holdout');
export const role: Check<values.Role> = word('task', 'reflection', 'teacher', 'judge', 'proposer');
export const texts = dictionary(text);
export const numbers = dictionary(number);

/** The members of one error. Its causes are a chain, which {@link error} follows without recursion. */
const oneError = object<Omit<values.ErrorData, 'cause'>>({
  name: text,
  message: text,
  code: optional(text),
  stack: optional(text),
});

/** An error with its causes: 16 of them at most. */
export const error: Check<values.ErrorData> = {
  ...oneError,
  test: (value) => {
    const path: string[] = [];
    for (let at: unknown = value; at !== undefined; at = membersOf(at)?.cause) {
      const fault: Fault | null = oneError.test(at);
      if (fault !== null) return { ...fault, path: [...fault.path, ...path] };
      path.push('cause');
      if (path.length > MAX_CAUSES) return { path, expected: 'an error without a cause', got: at };
    }
    return null;
  },
  mend: (value, original) => {
    const { cause: _, ...rest } = membersOf(oneError.mend(value, original)) ?? {};
    return rest;
  },
};

export const candidate = object<values.CandidateData>({
  id: text,
  texts,
  demos: list(json),
  modelConfig: optional(jsonObject),
  state: optional(json),
  parents: list(text),
  withheld: optional(list(word('texts', 'demos', 'modelConfig', 'state'))),
});

export const dataset = object<values.DatasetData>({
  name: optional(text),
  size: position,
  digest: text,
  fields: list(text),
  examples: nullable(list(json)),
});

export const languageModel = object<values.LMData>({ name: text, provider: text, model: text, settings: jsonObject });

export const frontMember = object<values.FrontMember>({ candidateId: text, scores: numbers });

/** Counts of one call. Providers report what they like, e.g. NaN. */
export const callTokens = object<Omit<values.Tokens, 'calls' | 'cost'>>({
  prompt: number,
  completion: number,
  total: number,
  cached: optional(number),
  reasoning: optional(number),
});

export const tokens = object<values.Tokens>({
  calls: number,
  prompt: number,
  completion: number,
  total: number,
  cached: optional(number),
  reasoning: optional(number),
  cost: optional(number),
});

/** Roles of newer versions are kept, so their counts are checked as well. */
export const tokensByRole: Check<values.TokensByRole> = dictionary(tokens);

/** Members of the start and the end of a trial. */
export const trialIdentity = {
  index: position,
  key: nullable(text),
  step: nullable(position),
  name: nullable(text),
  scope: nullable(scope),
  phase: nullable(text),
  n: nullable(position),
  of: nullable(position),
  candidate: nullable(candidate),
};

/** Members of the end of a run or compile. */
export const end = { status, error: optional(error), durationMs: number };

/** Members of the result of a trial or evaluation. */
export const result = {
  status,
  score: nullable(number),
  scores: optional(numbers),
  reportedScore: optional(number),
  exampleScores: list(nullable(number)),
  errors: position,
  tokens: tokensByRole,
  durationMs: number,
  error: optional(error),
};

const secretName: Check<string> = check(
  'the name of a secret such as AX_SECRET_1',
  (value) => typeof value === 'string' && isSecretName(value),
  () => 'AX_SECRET_1',
  { keepsOriginal: true },
);

export const bestProgram = object<values.BestProgramData>({
  candidate,
  score: nullable(number),
  format: text,
  program: json,
  secrets: optional(list(secretName)),
  altered: optional(list(text)),
});

export const decision = object<values.CandidateDecision>({
  candidateId: text,
  reason: text,
  trialId: nullable(text),
});

const certificateCheck = object<values.CertificateCheck>({
  name: word('returned', 'serialized', 'loaded', 'rendered'),
  passed: nullable(flag),
  detail: text,
});

export const certificate = object<values.CertificateData>({
  candidateId: nullable(text),
  trialId: nullable(text),
  verdict: word('certified', 'failed', 'incomplete'),
  checks: list(certificateCheck),
});
