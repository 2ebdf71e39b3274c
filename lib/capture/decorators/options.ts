import { AutologError } from '../../contract/errors.js';
import { received } from '../../support/received.js';
import { isPlainObject } from '../observe/inspect.js';
import { checkSource, ROLES, type Role } from './roles.js';
import type { Source, TrackCompileOptions, TrackTrialOptions } from './types.js';

/** The three kinds of tracked methods, by decorator. */
export type Kind = 'trackCompile' | 'trackEval' | 'trackTrial';

/** Options of any of the decorators. */
export type AnyOptions = TrackCompileOptions & TrackTrialOptions;

/** The checked options of a decorator, with the argument roles in `sources`. */
export interface Plan {
  readonly kind: Kind;
  readonly options: AnyOptions;
  readonly sources: Readonly<Partial<Record<Role, Source>>>;
  /** Runs before each call; `false` leaves the call untracked. Default: each call is tracked. */
  readonly when?: () => boolean;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isReader: Check = (value) => typeof value === 'function';

const CHECKS: Readonly<Record<string, { readonly check: Check; readonly expected: string }>> = {
  label: { check: isText, expected: 'a non-empty string' },
  method: { check: isText, expected: 'the name of a method' },
  metricKey: { check: isText, expected: 'a non-empty string' },
  phase: { check: isText, expected: 'a non-empty string' },
  watchMetric: { check: (value) => typeof value === 'boolean', expected: 'true or false' },
  score: { check: isReader, expected: 'a function of the return value' },
  results: { check: isReader, expected: 'a function of the return value' },
  best: { check: isReader, expected: 'a function of the return value' },
};

const TRACK_OPTIONS = ['label', 'method', 'score'];
const EVAL_OPTIONS = [...TRACK_OPTIONS, 'results', 'watchMetric', 'metricKey'];
const EVAL_ROLES: readonly Role[] = ['program', 'devset', 'trainset', 'valset', 'metric', 'options'];

const ALLOWED: Readonly<Record<Kind, { readonly options: readonly string[]; readonly roles: readonly string[] }>> = {
  trackCompile: {
    options: [...TRACK_OPTIONS, 'best'],
    roles: ['program', 'trainset', 'valset', 'devset', 'metric', 'options'],
  },
  trackEval: { options: EVAL_OPTIONS, roles: EVAL_ROLES },
  trackTrial: { options: [...EVAL_OPTIONS, 'phase'], roles: [...ROLES, 'examples'] },
};

/**
 * Checks the options of a decorator.
 *
 * @throws AutologError `AXL_BAD_OPTIONS` for a value of a wrong type, `AXL_UNKNOWN_ROLE` for a name that is neither an
 * option nor a role
 */
export function planOf(kind: Kind, options: unknown, when?: () => boolean): Plan {
  const given = options ?? {};
  if (!isPlainObject(given)) {
    throw new AutologError(
      'AXL_BAD_OPTIONS',
      `the argument of ${kind}() must be an options object or an object that has the method to track, got ` +
        `${received(given)}. Write the decorator with parentheses: @${kind}()`,
    );
  }
  const sources: Given = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (ALLOWED[kind].roles.includes(name)) {
      checkSource(name, value, `@${kind}`);
      sources[name as keyof Given] = value as Source;
    } else checkOption(kind, name, value);
  }
  return { kind, options: given as AnyOptions, sources: merged(kind, sources), ...(when ? { when } : {}) };
}

type Given = Partial<Record<Role | 'examples', Source>>;

/** Maps the synonyms of a trial: `program` is its `candidate`, `devset` and `examples` are its `batch`. */
function merged(kind: Kind, sources: Given): Partial<Record<Role, Source>> {
  if (kind !== 'trackTrial') return sources;
  const { program, devset, examples, ...rest } = sources;
  const batch = devset ?? examples;
  return {
    ...(program === undefined ? {} : { candidate: program }),
    ...(batch === undefined ? {} : { batch }),
    ...rest,
  };
}

function checkOption(kind: Kind, name: string, value: unknown): void {
  const { options, roles } = ALLOWED[kind];
  const rule = CHECKS[name];
  if (!options.includes(name) || rule === undefined) {
    throw new AutologError(
      'AXL_UNKNOWN_ROLE',
      `options of @${kind} must be argument roles (${roles.join(', ')}) or ${options.join(', ')}, got '${name}'. ` +
        'Remove it, or correct its name.',
    );
  }
  if (rule.check(value)) return;
  const message = `option '${name}' of @${kind} must be ${rule.expected}, got ${received(value)}.`;
  throw new AutologError('AXL_BAD_OPTIONS', message);
}
