/** Where a name or text stands. Rules by name apply to settings, environment and headers, never to data. */
export type RedactPlace = 'settings' | 'headers' | 'data';

/**
 * Rule of a name. `open`: not secret; `strong`: the value is a secret; `weak`: the name is also used for counts and plain
 * words (`token`, `cookies`), so numbers are kept; `random`: only a value that looks random is a secret (`OPENAI_KEY`,
 * `salt`); `code`: only digits or a random value are (`pin`, `otp`); `user`: the user listed it, so any value is.
 */
export type KeyStrength = 'open' | 'user' | 'strong' | 'weak' | 'random' | 'code';

/** Parts that make a name secret wherever they occur in it. The name is reduced to letters and digits before. */
const STRONG_PARTS = new RegExp(
  [
    ...['apikey', 'accesskey', 'secretkey', 'secretaccess', 'privatekey', 'signingkey', 'encryptionkey', 'masterkey'],
    ...[
      'subscriptionkey',
      'accountkey',
      'sharedkey',
      'sharedaccesskey',
      'sshkey',
      'licensekey',
      'appkey',
      'storagekey',
    ],
    ...['deploykey', 'servicekey', 'authorization', 'passw(?:or)?d', 'passphrase', 'passcode', 'credential'],
    ...['clientsecret', 'sharedsecret', 'connectionstring', 'authtoken', 'bearertoken', 'accesstoken', 'refreshtoken'],
    ...['idtoken', 'sessiontoken', 'securitytoken', 'apitoken', 'csrftoken', 'xsrftoken', 'privatetoken', 'setcookie'],
    ...[
      'sessioncookie',
      'authcookie',
      'seedphrase',
      'recoveryphrase',
      'mnemonicphrase',
      'secretkeybase',
      'wpapsk',
      'amzsignature',
      'googsignature',
    ],
  ].join('|'),
);

/** Whole names that are secret. */
const STRONG_NAMES = new Set([
  ...[
    'auth',
    'xauth',
    'bearer',
    'jwt',
    'pwd',
    'secret',
    'secrets',
    'clientjwt',
    'pass',
    'dsn',
    'mnemonic',
    'psk',
    'sas',
  ],
  ...['pgpassword', 'requirepass', 'apikeys', 'webhook', 'webhookurl', 'webhooks', 'hmac', 'appsecret'],
]);
const WEAK_NAMES = new Set(['token', 'cookie', 'cookies']);
const RANDOM_NAMES = new Set(['key', 'keys', 'tokens', 'api', 'salt', 'sk', 'pat', 'sig', 'databaseurl']);
const CODE_NAMES = new Set(['pin', 'otp', 'totp', 'pincode', 'mfa', 'mfacode']);
/** Names that are secret in headers and cookies only. */
const HEADER_NAMES =
  /^(?:x|cf|)(?:php)?(?:session|sess|sessionid|sessid|sid|jsessionid|connectsid|csrf|xsrf)$|signature$/;

/** Last words of environment variables and settings that hold secrets: `DB_PASS`, `SENTRY_DSN`, `REDIS_AUTH`. */
const STRONG_LAST = new Set(['pwd', 'secrets', 'dsn', 'webhook', 'psk', 'jwt', 'sas', 'mnemonic', 'passwd']);

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
  ...[
    'type',
    'types',
    'expiry',
    'expires',
    'ttl',
    'policy',
    'url',
    'uri',
    'endpoint',
    'status',
    'mode',
    'name',
    'file',
  ],
  ...['path', 'enabled', 'required', 'field', 'label', 'hint', 'version', 'format', 'scheme', 'method', 'provider'],
]);

/** Words that mark a `…Pass` as a step: `firstPass`, `forward_pass`. */
const PASS_ADJECTIVES = new Set([
  ...[
    'first',
    'second',
    'third',
    'last',
    'next',
    'two',
    'one',
    'single',
    'multi',
    'max',
    'num',
    'per',
    'each',
    'every',
  ],
  ...['forward', 'backward', 'compile', 'by', 'did', 'must', 'low', 'high', 'all', 'test', 'tests'],
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

/** Words that mark a `…Key` as a name or position: `primaryKey`, `metricKey`. */
const KEY_ADJECTIVES = new Set([
  ...[
    'primary',
    'foreign',
    'public',
    'cache',
    'sort',
    'partition',
    'metric',
    'object',
    'index',
    'hash',
    'row',
    'group',
  ],
  ...['map', 'lookup', 'component', 'answer', 'translation', 'config', 'idempotency', 'dedup', 'unique', 'composite'],
  ...['routing', 'file', 'path', 'prop', 'field', 'column', 'json', 'data', 'sub', 'item', 'hot', 'arrow', 'natural'],
  ...[
    'shortcut',
    'enter',
    'escape',
    'up',
    'down',
    'left',
    'right',
    'target',
    'input',
    'output',
    'score',
    'label',
    'event',
  ],
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
 * Returns the rule for a name in settings, headers or the environment. Case and separators make no difference: `apiKey` and
 * `API_KEY` get the same rule. Names under 2 or over 256 characters are never secret.
 */
export function classifyKey(name: string): KeyStrength {
  if (name.length < 2 || name.length > 256) return 'open';
  const words = wordsOf(name);
  const joined = words.join('');
  const last = words.at(-1) ?? '';
  if (STRONG_NAMES.has(joined)) return 'strong';
  if (CODE_NAMES.has(joined)) return 'code';
  if (RANDOM_NAMES.has(joined)) return 'random';
  return byWords(words, joined, last);
}

function byWords(words: readonly string[], joined: string, last: string): KeyStrength {
  const compound = joined !== last;
  if (compound && (last === 'url' || last === 'uri') && /webhook/.test(joined)) return 'strong';
  if (compound && (last === 'url' || last === 'uri') && /database|db|redis|mongo|postgres/.test(joined))
    return 'random';
  if (compound && last === 'headers' && words.includes('otlp')) return 'strong';
  if (compound && MEASURES.has(last)) return 'open';
  if (STRONG_PARTS.test(joined)) return 'strong';
  if (last.endsWith('secret') || (STRONG_LAST.has(last) && compound)) return 'strong';
  if (last === 'auth' && compound) return 'strong';
  if (WEAK_NAMES.has(joined)) return 'weak';
  if (last === 'token') return words.some((word) => TOKEN_ADJECTIVES.has(word)) ? 'open' : 'weak';
  return byLastWord(words, last, compound);
}

function byLastWord(words: readonly string[], last: string, compound: boolean): KeyStrength {
  if (!compound) return 'open';
  if (last === 'key' || last === 'keys') return words.some((word) => KEY_ADJECTIVES.has(word)) ? 'open' : 'random';
  if (last === 'pass') return words.some((word) => PASS_ADJECTIVES.has(word)) ? 'open' : 'weak';
  if (last === 'pat' || last === 'sk' || last === 'headers' || last === 'salt') return 'random';
  return last === 'pin' || last === 'otp' ? 'code' : 'open';
}

/** Returns whether a name is secret in headers and cookies only: `session`, `X-Signature`. */
export function isHeaderSecret(name: string): boolean {
  return HEADER_NAMES.test(normalizeKey(name));
}

/** Returns the name in lower case, with letters and digits only: `api_key`, `API-Key` and `apiKey` become `apikey`. */
export function normalizeKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '');
}
