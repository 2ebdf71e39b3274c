import { looksLikeToken, looksSecret } from './looks.js';
import { hidesText } from './names.js';
import { hasOne, REDACTED, type TextContext, type TextRule } from './text-rule.js';

/** A pattern whose groups are: a part that stays, the secret, and optionally a part that stays after it. */
interface Pattern {
  /** The pattern is tried only if the text has one of these. */
  readonly probes: readonly string[];
  /** Has the flag `g`. Takes linear time on any input: no nested repetition, and each start fails within a few steps. */
  readonly pattern: RegExp;
  /** Returns whether the second group is a secret. Default: always. */
  hides?(secret: string, before: string, context: TextContext): boolean;
}

function ruleOf({ probes, pattern, hides }: Pattern): TextRule {
  return (text, context) => {
    if (!hasOne(text, probes)) return text;
    return text.replace(pattern, (match: string, before: string, secret: string) => {
      if (secret === '' || context.allows(secret) || hides?.(secret, before, context) === false) return match;
      return before + REDACTED + match.slice(before.length + secret.length);
    });
  };
}

const HAS_MARK = /[-_.=+/~]/;
function isBasicCredential(value: string): boolean {
  const decoded = Buffer.from(value, 'base64').toString('latin1');
  return /^[\x20-\x7e\xa0-\xff]*:[\x20-\x7e\xa0-\xff]*$/.test(decoded);
}

/** Returns the last name in a text, for rules by name. */
function lastName(text: string): string {
  return /([A-Za-z][\w.-]{1,63})[^A-Za-z]*$/.exec(text)?.[1] ?? '';
}

function byName(secret: string, before: string, context: TextContext): boolean {
  const name = lastName(before);
  const strength = context.strength(name);
  return strength !== 'open' && hidesText(strength, name, secret);
}

const DASH: readonly Pattern[] = [
  {
    probes: ['BEGIN '],
    pattern:
      /()(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$))/g,
  },
  {
    probes: ['-u ', '--user', '--proxy-user', '-U '],
    pattern: /(\s(?:-[uU]|--(?:proxy-)?user)[ =]{1,2}\\*["']?[^\s:"'\\]{1,64}:)([^\s"'\\]{4,256})/g,
    hides: looksSecret,
  },
  {
    probes: ['-p'],
    pattern: /((?:sshpass|mysql\w{0,12})[^\n]{0,80}?\s-p ?\\*["']?)([^\s"'\\-][^\s"'\\]{3,256})/g,
    hides: looksSecret,
  },
];

const PGPASS: Pattern = {
  probes: ['5432:'],
  pattern: /((?:[\w.*-]{1,100}):(?:\d{1,5}|\*):[^\s:"'\\]{1,64}:[^\s:"'\\]{1,64}:)([^\s"'\\]{4,256})/g,
  hides: looksSecret,
};

/** A word can start after a letter that ends an escape, as in `\nBasic`. */
const WORD: readonly Pattern[] = [
  {
    probes: ['Bearer ', 'bearer ', 'BEARER '],
    pattern: /(?<!(?<!\\)[A-Za-z])(bearer +)([\w.~+/=-]{6,})/gi,
    hides: (secret) => looksSecret(secret) || (HAS_MARK.test(secret.slice(0, -1)) && /\d/.test(secret)),
  },
  {
    probes: ['Basic '],
    pattern: /(?<!(?<!\\)[A-Za-z])(basic +)([A-Za-z0-9+/=_-]{6,})/gi,
    hides: isBasicCredential,
  },
  {
    probes: ['ENV ', 'ARG ', 'PASSWORD ', 'quirepass ', 'IDENTIFIED BY '],
    pattern:
      /((?:(?<!(?<!\\)\w)(?:ENV|ARG)\s+[A-Za-z][\w.-]{1,63}|PASSWORD|requirepass|IDENTIFIED BY)\s+["']?)([^\s"'\\=]{6,256})(?![\w=])/g,
    hides: (secret, before, context) =>
      /PASSWORD|requirepass|IDENTIFIED/.test(before) ? looksSecret(secret) : byName(secret, before, context),
  },
  {
    probes: ['</', '<\\/'],
    pattern: /(<[A-Za-z][\w.:-]{1,63}(?:\s[^<>]{0,200})?>\s{0,8})([^<>\s]{4,1024})(?=\s{0,8}<\\?\/)/g,
    hides: (secret, before, context) => {
      const name = /^<([\w.:-]+)/.exec(before)?.[1]?.split(':').at(-1) ?? '';
      return hidesText(context.strength(name), name, secret);
    },
  },
];

/** `key="ApiKey" value="x"`, `{"name":"API_KEY","value":"x"}`, `- name: API_KEY` with `value: x` on the next line. */
const NAMED_BEFORE =
  /(?:name|key)["'\\]{0,8} ?[:=] ?["'\\]{0,8}([A-Za-z][\w.-]{1,63})["'\\]{0,8}\s{0,4}(?:\\n\s{0,8})?,?\s{0,12}["'\\]{0,8}$/i;
const VALUE = /value["'\\]{0,8} ?[:=] ?["'\\]{0,8}([^\s"'\\<>]{4,4096})/iy;

const redactNamedValues: TextRule = (text, context) => {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('value'); at !== -1; at = text.indexOf('value', at + 5)) {
    if (at < from) continue;
    VALUE.lastIndex = at;
    const secret = VALUE.exec(text)?.[1];
    if (secret === undefined) continue;
    const name = NAMED_BEFORE.exec(text.slice(Math.max(0, at - 120), at))?.[1] ?? '';
    if (!hidesText(context.strength(name), name, secret) || context.allows(secret)) continue;
    out += text.slice(from, VALUE.lastIndex - secret.length) + REDACTED;
    from = VALUE.lastIndex;
  }
  return from === 0 ? text : out + text.slice(from);
};

const COOKIE_HEADER = /cookies?2?["'\\]{0,8} ?[:=] ?["'\\]{0,8}(?=[\w.-]{1,64}=)/iy;
const COOKIE = /((?:; ?)?([\w.-]{1,64})=)([^\s;"'\\,]{1,4096})/y;
const COOKIE_ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|version|priority)$/i;

/** `Cookie: sid=x; theme=dark`, `Set-Cookie: sid=x; HttpOnly`: the value of each cookie that looks like a secret. */
const redactCookies: TextRule = (text, context) => {
  let out = '';
  let from = 0;
  for (let at = nextCookie(text, 0); at !== -1; at = nextCookie(text, at + 6)) {
    COOKIE_HEADER.lastIndex = at;
    if (at < from || !COOKIE_HEADER.test(text)) continue;
    COOKIE.lastIndex = COOKIE_HEADER.lastIndex;
    for (let pair = COOKIE.exec(text); pair !== null; pair = COOKIE.exec(text)) {
      const [, , name = '', value = ''] = pair;
      if (COOKIE_ATTRIBUTE.test(name) || !looksLikeToken(value) || context.allows(value)) continue;
      out += text.slice(from, COOKIE.lastIndex - value.length) + REDACTED;
      from = COOKIE.lastIndex;
    }
  }
  return from === 0 ? text : out + text.slice(from);
};

function nextCookie(text: string, from: number): number {
  const at = text.indexOf('kie', from + 3);
  return at === -1 ? -1 : at - 3;
}

/** Rules for texts with `-`: private keys, credentials of `curl`, `sshpass` and `mysql`. */
export const DASH_RULES: readonly TextRule[] = DASH.map(ruleOf);

/** Rules for schemes, commands and XML. */
export const WORD_RULES: readonly TextRule[] = WORD.map(ruleOf);

/** Rules for texts with `=` or `:`: `.pgpass`, names with a `value`, cookies. */
export const PAIR_RULES: readonly TextRule[] = [ruleOf(PGPASS), redactNamedValues, redactCookies];
