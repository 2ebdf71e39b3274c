import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRedactor, REDACTED } from '../../../lib/support/redact/redact.js';
import { snapshot } from '../../../lib/support/snapshot/snapshot.js';

const redactor = createRedactor();
const secretKeys = [
  ...['apiKey', 'api_key', 'x-api-key', 'API-KEY', 'X-Goog-Api-Key', 'OPENAI_API_KEY', 'openaiApiKey', 'Authorization'],
  ...['proxy-authorization', 'password', 'dbPassword', 'passwd', 'secret', 'clientSecret', 'client_secret', 'token'],
  ...['accessToken', 'refresh_token', 'id_token', 'authToken', 'HF_TOKEN', 'bearer', 'Cookie', 'set-cookie'],
  ...['credential', 'credentials', 'privateKey', 'PRIVATE_KEY', 'AWS_SECRET_ACCESS_KEY', 'passphrase', 'sessionToken'],
];
const openKeys = [
  ...[
    'tokens',
    'maxTokens',
    'max_tokens',
    'totalTokens',
    'promptTokens',
    'completion_tokens',
    'tokenUsage',
    'token_count',
  ],
  ...[
    'author',
    'authors',
    'maxToken',
    'next_page_token',
    'stopToken',
    'tokenizer',
    'secretary',
    'key',
    'keys',
    'keyboard',
  ],
  ...['passage', 'question', 'answer', 'bypass', 'signature', 'eosToken', 'costPerToken', 'cookieCount', 'monkey'],
];

describe('redaction by property name', () => {
  it('hides the values of secret names, however they are written', () => {
    for (const key of secretKeys) {
      expect(snapshot({ [key]: 'abc' }, redactor, 'settings'), key).to.deep.equal({ [key]: REDACTED });
      expect(redactor.isSecretKey(key), key).to.equal(true);
    }
  });

  it('keeps counts and words that only look alike', () => {
    for (const key of openKeys) {
      expect(snapshot({ [key]: 12, nested: { [key]: 'x' } }, redactor, 'settings'), key).to.deep.equal({
        [key]: 12,
        nested: { [key]: 'x' },
      });
    }
  });

  it('hides whole objects and lists, keeps null, booleans and the empty string', () => {
    const value = {
      credentials: { user: 'u', pass: 'p' },
      cookies: ['a'],
      password: null,
      secret: '',
      authorization: true,
    };
    expect(snapshot(value, redactor, 'settings')).to.deep.equal({
      ...{ credentials: REDACTED, cookies: REDACTED },
      ...{ password: null, secret: '', authorization: true },
    });
    expect(snapshot({ cookies: 12, token: 3, password: 1234 }, redactor, 'settings')).to.deep.equal({
      cookies: 12,
      token: 3,
      password: REDACTED,
    });
  });

  it('works in maps and deep inside', () => {
    const value = {
      options: [
        new Map([['x-api-key', 'abc']]),
        new Map<unknown, unknown>([
          [1, 2],
          ['apiKey', 'abc'],
        ]),
      ],
    };
    expect(snapshot(value, redactor, 'settings')).to.deep.equal({
      options: [
        { 'x-api-key': REDACTED },
        [
          [1, 2],
          ['apiKey', REDACTED],
        ],
      ],
    });
  });

  it('takes the user’s names in addition', () => {
    const own = createRedactor({ keys: ['patientName', /^ssn/gi] });
    const value = { patient_name: 'a', SSN2: 'b', ssn: 'c', apiKey: 'd', other: 'e' };
    for (let i = 0; i < 3; i += 1) {
      expect(snapshot({ ...value, [`ssn${i}x`]: 'f' }, own)).to.deep.equal({
        ...{ patient_name: REDACTED, SSN2: REDACTED, ssn: REDACTED, apiKey: 'd', other: 'e' },
        [`ssn${i}x`]: REDACTED,
      });
    }
  });
});
