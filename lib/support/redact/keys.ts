/** What a property name says about its value. */
export interface KeyRule {
  /** The value is replaced, whatever it is. */
  readonly secret: boolean;
  /** The name is also used for counts and words (`token`, `cookies`): numbers under it stay. */
  readonly weak: boolean;
}

const OPEN: KeyRule = Object.freeze({ secret: false, weak: false });
const WEAK: KeyRule = Object.freeze({ secret: true, weak: true });
const STRONG: KeyRule = Object.freeze({ secret: true, weak: false });

/** Parts of a name, letters and digits only, that make it secret wherever they stand. */
const STRONG_PARTS =
  /apikey|accesskey|secretkey|secretaccess|privatekey|signingkey|encryptionkey|subscriptionkey|accountkey|masterkey|sharedkey|sshkey|authorization|passw(?:or)?d|passphrase|credential|clientsecret|connectionstring|authtoken|bearertoken|accesstoken|refreshtoken|idtoken|sessiontoken|securitytoken|apitoken|csrftoken|xsrftoken|setcookie|sessioncookie|authcookie/;

/** Whole names that are secret. */
const STRONG_NAMES = new Set(['auth', 'xauth', 'bearer', 'jwt', 'pwd', 'secret', 'secrets', 'clientjwt']);
const WEAK_NAMES = new Set(['token', 'cookie', 'cookies']);

/** `…Counts`, `…Usage`: what follows a secret word and makes it a measure of it. */
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

/** Words that make `…Token` a piece of text or a position, not a secret. */
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

/** Decides by the name alone. Case and separators do not matter: `apiKey`, `API_KEY` and `x-api-key` are the same. */
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

/** `api_key`, `API-Key` and `apiKey` all become `apikey`. */
export function normalizeKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

/** The rule for names that are secret because the user said so. */
export const SECRET_KEY = STRONG;
