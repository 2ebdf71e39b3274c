import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { createRedactor, REDACTED } from '../../../lib/support/redact/redact.js';
import { snapshot } from '../../../lib/support/snapshot/snapshot.js';
import { prose } from './prose.js';

const redactor = createRedactor();
const letters = fc.string({
  unit: fc.constantFrom(...'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789'),
  minLength: 40,
  maxLength: 40,
});
const providerKeys = [
  ...['sk-', 'sk-proj-', 'sk-ant-api03-', 'sk-or-v1-', 'gsk_', 'xai-', 'hf_', 'ghp_', 'gho_', 'github_pat_', 'glpat-'],
  ...['xoxb-', 'AIza', 'pplx-', 'npm_'],
];

describe('redaction in text', () => {
  it('finds provider keys wherever they stand', () => {
    fc.assert(
      fc.property(fc.constantFrom(...providerKeys), letters, prose, prose, (prefix, rest, before, after) => {
        const secret = prefix + rest;
        const out = redactor.text(`${before} ${secret} ${after}`);
        expect(out).to.not.contain(rest);
        expect(out).to.contain(REDACTED);
      }),
      { numRuns: 1000 },
    );
  });

  const examples: [string, string][] = [
    ['AKIAIOSFODNN7EXAMPLE!', `${REDACTED}!`],
    ['Authorization: Bearer abc.def-123', `Authorization: Bearer ${REDACTED}`],
    [`Basic ${Buffer.from('user:pass').toString('base64')}`, `Basic ${REDACTED}`],
    ['postgres://admin:hunter2@127.0.0.1/db', `postgres://${REDACTED}@127.0.0.1/db`],
    ['http://127.0.0.1/v1?key=abc12345xyz&x=1', `http://127.0.0.1/v1?key=${REDACTED}&x=1`],
    ['headers {"x-api-key":"abc123","n":1}', `headers {"x-api-key":"${REDACTED}","n":1}`],
    ['{"body":"{\\"apiKey\\":\\"abc123\\",\\"n\\":1}"}', `{"body":"{\\"apiKey\\":\\"${REDACTED}\\",\\"n\\":1}"}`],
    ["{ apiKey: 'my-own-key-1', n: 1 }", `{ apiKey: '${REDACTED}', n: 1 }`],
    ['OPENAI_API_KEY=abc12345', `OPENAI_API_KEY=${REDACTED}`],
    ['x-api-key: abc12345', `x-api-key: ${REDACTED}`],
    [
      'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U.',
      `jwt ${REDACTED}.`,
    ],
    ['a -----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- b', `a ${REDACTED} b`],
    [`dapi${'0a1b2c3d'.repeat(4)}`, REDACTED],
  ];
  for (const [text, expected] of examples) {
    it(`hides what is secret in ${JSON.stringify(text).slice(0, 60)}`, () => {
      expect(redactor.text(text)).to.equal(expected);
    });
  }

  it('leaves prose, code and mathematics alone', () => {
    for (const text of [
      'Basic arithmetic and a basic understanding of bearer bonds and bearer certificates',
      'Let us think step-by-step about the risk-adjusted task-specific sk-learn-compatible estimator',
      '48/2 = <<48/2=24>>24 clips; total = 24+48 = <<24+48=72>>72',
      'max_tokens=2048, temperature=0.7, token: 12 tokens, the secret: patience',
      'See https://example.org/a:b/c?x=1#key=2 or http://127.0.0.1:5000/api',
      '{"tokens": "12", "author": "Ann", "token": "Paris", "label": "LOC"}',
      'const token = tokens[i]; password = getPassword();',
    ]) {
      expect(redactor.text(text)).to.equal(text);
    }
  });

  it('hides the same again in its own output', () => {
    fc.assert(
      fc.property(fc.constantFrom(...examples.map(([text]) => text)), prose, (text, noise) => {
        const once = redactor.text(`${noise} ${text} ${noise}`);
        expect(redactor.text(once)).to.equal(once);
      }),
    );
  });

  it('hides secrets in names of properties and keeps both entries', () => {
    const [a, b] = ['sk-aaaaaaaaaaaaaaaaaaaa1', 'sk-bbbbbbbbbbbbbbbbbbbb2'];
    expect(snapshot({ [a]: 1, [b]: 2 }, redactor)).to.deep.equal({ [REDACTED]: 1, [`${REDACTED} 2`]: 2 });
  });

  it('handles a megabyte of hostile text', () => {
    const hostile = [
      '-',
      '_',
      '=',
      '"a":"',
      '\\"a\\":\\"',
      '://a:',
      'eyJaaaaa.eyJaaaaa',
      'sk-',
      'api-key-',
      'key=',
      'Bearer ',
      '\\',
    ];
    hostile.push(
      '-----BEGIN RSA PRIVATE KEY-----',
      'a',
      'a-',
      'a=',
      "a: '",
      '@',
      'authorization',
      'AIza',
      '&key=',
      ' ',
    );
    for (const part of hostile) {
      const text = part.repeat(Math.ceil(1_000_000 / part.length));
      expect(redactor.text(text).length, part).to.be.greaterThan(0);
      expect(redactor.text(`"${text}" sk-abcdefghijklmnop1234`), part).to.not.contain('sk-abcdefghijklmnop1234');
    }
  }).timeout(60_000);

  it('takes the user’s patterns in addition, whatever their flags and state', () => {
    const pattern = /emp-\d{4}/gy;
    pattern.lastIndex = 5;
    const own = createRedactor({ patterns: [pattern, /x*/] });
    for (let i = 0; i < 3; i += 1) {
      expect(own.text('a emp-1234 emp-5678 sk-abcdefghijklmnop1234')).to.equal(`a ${REDACTED} ${REDACTED} ${REDACTED}`);
    }
    expect(pattern.lastIndex).to.equal(5);
  });
});
