import type { KeyRule } from './keys.js';

/** The text that replaces a secret. */
export const REDACTED = '[REDACTED]';

/** Finds and replaces one kind of secret in running text. */
export interface TextRule {
  /** `pattern` is tried only if the text contains one of these. Searching for them is far cheaper than matching. */
  readonly probes: readonly string[] | RegExp;
  /** Checks the text right after a probe, for probes that are common. `at` is the index of that text. */
  near?(text: string, at: number): boolean;
  /** Has the flag `g`. Takes linear time on any input: no nested repetition, and each start fails within a few steps. */
  readonly pattern: RegExp;
  /** Returns the replacement of a match. */
  replace(match: string, ...groups: string[]): string;
  /** A second pattern that is tried whenever the first one is. */
  readonly also?: Pick<TextRule, 'pattern' | 'replace'>;
}

/** Returns whether the rule's pattern is worth trying on the text. */
export function mayMatch(text: string, rule: TextRule): boolean {
  const { probes } = rule;
  if (probes instanceof RegExp) return probes.test(text);
  for (let i = 0; i < probes.length; i += 1) {
    const probe = probes[i] as string;
    if (rule.near === undefined ? text.includes(probe) : isNear(text, probe, rule)) return true;
  }
  return false;
}

function isNear(text: string, probe: string, rule: TextRule): boolean {
  for (let at = text.indexOf(probe); at !== -1; at = text.indexOf(probe, at + 1)) {
    if (rule.near?.(text, at + probe.length)) return true;
  }
  return false;
}

/** Makes a test of a sticky expression at one index. */
function at(sticky: RegExp): (text: string, index: number) => boolean {
  return (text, index) => {
    sticky.lastIndex = index;
    return sticky.test(text);
  };
}

/** Makes a test for at least `count` letters, digits, `_` or `-`. Far cheaper than a regular expression. */
function keyCharacters(count: number): (text: string, index: number) => boolean {
  return (text, index) => {
    const end = index + count;
    if (end > text.length) return false;
    for (let i = index; i < end; i += 1) {
      const code = text.charCodeAt(i);
      const isLetter = (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
      if (!isLetter && !(code >= 0x30 && code <= 0x39) && code !== 0x5f && code !== 0x2d) return false;
    }
    return true;
  };
}

const headerEnd = at(/(?:key|token)?["']? *[:=]/iy);

/** Tests for the end of a header name: of `x-api-key:` and `auth-token=` after the hyphen, of `authorization:` after the word. */
function headerName(text: string, index: number): boolean {
  const code = text.charCodeAt(index) | 0x20;
  const mayEnd = code === 0x6b || code === 0x74 || code === 0x3a || code === 0x3d || code < 0x30;
  return mayEnd && headerEnd(text, index);
}

const whole = (): string => REDACTED;

const hasDigit = /\d/;
const hasMark = /[-_.=+/~]/;
const hasInnerCapital = /[a-z][A-Z]|[A-Z]{2}/;

/** Prose after a secret word must stay: `hunter2secret` and `dGhpcyBpcw` look secret, `understanding` does not. */
function looksSecret(value: string): boolean {
  return value.length >= 8 && (hasDigit.test(value) || hasInnerCapital.test(value) || value.length >= 24);
}

function isBasicCredential(value: string): boolean {
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  return /^[\x20-\x7e\xa0-\xff]*:[\x20-\x7e\xa0-\xff]*$/.test(decoded);
}

/** `x-api-key: abc`, `Authorization: Basic abc`. */
const HEADER: Pick<TextRule, 'pattern' | 'replace'> = {
  pattern:
    /(?<![\w-])([\w-]{0,40}?(?:api-?key|auth-token|authorization)["']? *[:=] *["']?(?:(?:bearer|basic|token|apikey|key) +)?)([^\s"',;]{6,})/gi,
  replace: (match, name = '', value = '') =>
    looksSecret(value) || hasMark.test(value.slice(0, -1)) ? name + REDACTED : match,
};

const isKey = keyCharacters(12);

/** The rules that are always on: keys of providers, tokens, credentials in URLs and headers, private keys. */
export const BUILT_IN_RULES: readonly TextRule[] = [
  {
    probes: ['-'],
    near: (text, index) => isKey(text, index) || headerName(text, index),
    pattern:
      /(?<![A-Za-z0-9])(?:[sprc]k|csk|xai|glpat|pplx|nvapi|xapp|xox[abceoprs]|pypi|pat)-(?!learn)[A-Za-z0-9_-]{12,}/g,
    replace: whole,
    also: HEADER,
  },
  {
    probes: ['_'],
    near: keyCharacters(16),
    pattern:
      /(?<![A-Za-z0-9])(?:gsk|hf|gh[opusr]|github_pat|[sr]k_(?:live|test|proj)|tgp_v1|r8|fw|jina|npm|dop_v1|whsec|lsv2_[ps][tk]|dckr_pat|shpat|glpat|sk)_[A-Za-z0-9_]{16,}/g,
    replace: whole,
  },
  {
    probes: /AIza|A[KS]IA|dapi|ya29\./,
    pattern: /(?<![A-Za-z0-9])(?:AIza[\w-]{30,}|A[KS]IA[A-Z0-9]{12,}|dapi[0-9a-f]{32}(?:-\d)?|ya29\.[\w-]{20,})/g,
    replace: whole,
  },
  {
    probes: ['.eyJ'],
    pattern: /(?<![\w-])eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g,
    replace: whole,
  },
  {
    probes: ['Bearer ', 'bearer '],
    pattern: /(?<![A-Za-z])(bearer +)([\w.~+/=-]{6,})/gi,
    replace: (match, scheme = '', value = '') =>
      looksSecret(value) || hasMark.test(value.slice(0, -1)) ? scheme + REDACTED : match,
  },
  {
    probes: ['Basic '],
    pattern: /(?<![A-Za-z])(basic +)([A-Za-z0-9+/=_-]{6,})/gi,
    replace: (match, scheme = '', value = '') => (isBasicCredential(value) ? scheme + REDACTED : match),
  },
  {
    probes: ['://'],
    near: at(/[^\s/?#@:]*:[^\s/?#@]*@/y),
    pattern: /:\/\/[^\s/?#@:]*:[^\s/?#@]*@/g,
    replace: () => `://${REDACTED}@`,
  },
  {
    probes: ['BEGIN '],
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    replace: whole,
  },
  { probes: ['uthorization'], near: headerName, ...HEADER },
];

/**
 * Returns the rules for `name=value`, `"name": "value"` (and JSON within JSON) and `name: 'value'`. The rule of the name
 * decides whether the value is a secret.
 */
export function namedValueRules(ruleOf: (name: string) => KeyRule): readonly TextRule[] {
  const hides = (name: string, value: string): boolean => {
    const rule = ruleOf(name);
    return rule.secret && value !== '' && value !== REDACTED && (!rule.weak || looksSecret(value));
  };
  return [
    {
      probes: ['='],
      near: at(/(?<=[A-Za-z][\w-]{1,63} ?=) ?["']?[^\s"'&;,<>()[\]{}]{6}/y),
      pattern: /([?&]|(?<![\w-]))([A-Za-z][\w-]{1,63})( ?= ?["']?)([^\s"'&;,<>()[\]{}]{6,})(\(?)/g,
      replace: (match, lead = '', name = '', equals = '', value = '', call = '') => {
        if (call !== '') return match;
        const isQueryKey = lead !== '' && /^(?:key|sig|signature)$/i.test(name);
        return (isQueryKey || hides(name, value)) && looksSecret(value) ? lead + name + equals + REDACTED : match;
      },
    },
    {
      probes: ['":'],
      near: at(/ ?"/y),
      pattern: /(")([A-Za-z][\w.-]{1,63})(" ?: ?")([^"\\]*(?:\\[\s\S][^"\\]*)*)/g,
      replace: (match, open = '', name = '', colon = '', value = '') =>
        hides(name, value) ? open + name + colon + REDACTED : match,
    },
    {
      probes: ['\\":'],
      near: at(/ ?\\/y),
      pattern: /((?<!\\)\\+")([A-Za-z][\w.-]{1,63})(\\+" ?: ?\\+")([^"\\]*(?:\\+[^"\\][^"\\]*)*)/g,
      replace: (match, open = '', name = '', colon = '', value = '') =>
        hides(name, value) ? open + name + colon + REDACTED : match,
    },
    {
      probes: [": '"],
      pattern: /(?<![\w-])(['"]?)([A-Za-z][\w-]{1,63})(['"]?: ')([^'\n]*)/g,
      replace: (match, open = '', name = '', colon = '', value = '') =>
        hides(name, value) ? open + name + colon + REDACTED : match,
    },
  ];
}
