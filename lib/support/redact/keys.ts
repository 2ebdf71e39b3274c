/** The rule for values that have a certain property name. */
export interface KeyRule {
  /** Whether the value is a secret and must be replaced. */
  readonly secret: boolean;
  /** Whether the name is also used for counts and plain words (`token`, `cookies`): numbers are kept then. */
  readonly weak: boolean;
}

const OPEN: KeyRule = Object.freeze({ secret: false, weak: false });
const WEAK: KeyRule = Object.freeze({ secret: true, weak: true });
const STRONG: KeyRule = Object.freeze({ secret: true, weak: false });

/** Parts that make a name secret wherever they occur in it. The name is reduced to letters and digits before. */
const STRONG_PARTS =
  /apikey|accesskey|secretkey|secretaccess|privatekey|signingkey|encryptionkey|subscriptionkey|accountkey|masterkey|sharedkey|sshkey|authorization|passw(?:or)?d|passphrase|credential|clientsecret|connectionstring|authtoken|bearertoken|accesstoken|refreshtoken|idtoken|sessiontoken|securitytoken|apitoken|csrftoken|xsrftoken|setcookie|sessioncookie|authcookie/;

/** Whole names that are secret. */
const STRONG_NAMES = new Set(['auth', 'xauth', 'bearer', 'jwt', 'pwd', 'secret', 'secrets', 'clientjwt']);
const WEAK_NAMES = new Set(['token', 'cookie', 'cookies']);

/** Last words that turn a secret name into a measure or setting: `tokenCount`, `passwordPolicy`. */
const MEASURES = new Set([
  ...[
    'count',
    'counts',
    'usage',
    'limit',
    'limits',
    'budget',
    'rate',
    'price',
    'cost',
    'length',
    'len',
    'size',
    'total',
  ],
  ...['type', 'expiry', 'expires', 'ttl', 'policy', 'url', 'uri', 'endpoint'],
]);

/** Words that mark a `…Token` as a piece of text or a position: `maxToken`, `pageToken`. */
const TOKEN_ADJECTIVES = new Set([
  ...['max', 'min', 'num', 'total', 'prompt', 'completion', 'input', 'output', 'reasoning', 'thinking', 'thoughts'],
  ...[
    'cached',
    'cache',
    'per',
    'first',
    'last',
    'next',
    'page',
    'stop',
    'eos',
    'bos',
    'pad',
    'unk',
    'mask',
    'sep',
    'cls',
  ],
  ...['special', 'cancellation', 'cancel', 'text', 'word', 'image', 'audio'],
]);

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/**
 * Returns the rule for a property name. Case and separators make no difference: `apiKey` and `API_KEY` get the same rule.
 * Names under 3 or over 256 characters are never secret.
 */
export function classifyKey(name: string): KeyRule {
  if (name.length < 3 || name.length > 256) return OPEN;
  const words = wordsOf(name);
  const joined = words.join('');
  const last = words.at(-1) ?? '';
  if (STRONG_NAMES.has(joined)) return STRONG;
  if (MEASURES.has(last) && joined !== last) return OPEN;
  if (STRONG_PARTS.test(joined)) return STRONG;
  if (last.endsWith('secret') || last === 'secrets' || last === 'pwd') return STRONG;
  if (WEAK_NAMES.has(joined)) return WEAK;
  if (last === 'token') return words.some((word) => TOKEN_ADJECTIVES.has(word)) ? OPEN : WEAK;
  return OPEN;
}

/** Returns the name in lower case, with letters and digits only: `api_key`, `API-Key` and `apiKey` become `apikey`. */
export function normalizeKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

/** The rule for names that the user listed as secret. */
export const SECRET_KEY = STRONG;
