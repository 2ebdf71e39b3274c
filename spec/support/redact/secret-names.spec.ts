import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fillPlaceholders, secretsIn } from '../../../lib/contract/program/placeholders.js';
import { createRedactor } from '../../../lib/support/redact/redact.js';
import { SecretNames } from '../../../lib/support/redact/secret-names.js';

const SECRETS = [`sk-${'aB3dE6fG'.repeat(4)}`, `ghp_${'Qq7Rr8Ss9'.repeat(4)}`, 'tree&house=7 "quoted"', '4711-4712'];

/** Pieces that meet each other in every order: secrets, their surroundings, and what looks like our own marks. */
const PIECES = [
  ...SECRETS,
  ...[
    ' ',
    '\n',
    'Bearer ',
    '"password": "',
    '"',
    'token=',
    '://user:',
    '@host',
    'authorization: ',
    '-----BEGIN PRIVATE KEY-----',
  ],
  ...[
    '[REDACTED]',
    '[REDACTED',
    ']',
    '{{AX_SECRET_',
    '{{AX_SECRET_1}}',
    '{{AX_SECRET_TEXT}}',
    '{',
    '}}',
    '1',
    '\ue000',
  ],
];

function redactorFor() {
  const redactor = createRedactor({ patterns: [/\d{4}-\d{4}/, /REDACT/] });
  redactor.learn('tree&house=7 "quoted"');
  return redactor;
}

describe('named secrets', () => {
  it('are put back where they were, whatever stands around them', () => {
    const redactor = redactorFor();
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const names = new SecretNames(redactor);
        const named = names.text(text);
        expect(fillPlaceholders(named, names.values())).to.equal(text);
        for (const secret of SECRETS) {
          if (!redactor.text(text).includes(secret)) expect(named).to.not.contain(secret);
        }
        expect(secretsIn(named)).to.have.members(Object.keys(names.values()));
      }),
      { seed: 11, numRuns: 2_000 },
    );
  });

  it('leave the text between them as redaction does', () => {
    const redactor = createRedactor();
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }), (pieces) => {
        const text = pieces.filter((piece) => !/REDACTED|AX_SECRET/.test(piece)).join('');
        const named = new SecretNames(redactor).text(text);
        const bare = (value: string): string =>
          value.replaceAll(/\{\{AX_SECRET_\d+\}\}|\[REDACTED\]/g, '◊').replaceAll(/◊+/g, '◊');
        expect(bare(named)).to.equal(bare(redactor.text(text)));
      }),
      { seed: 12, numRuns: 1_000 },
    );
  });

  it('are put back where redaction writes the text around them anew', () => {
    const redactor = createRedactor();
    const address = 'https://h.example/?next=https%3a%2f%2fuser%3aHunter2aB9xQ%40x.example%2f';
    for (const text of [address, `Go to ${address} and\nthen on`, `${address} or ${SECRETS[0]} too`]) {
      const names = new SecretNames(redactor);
      const named = names.text(text);
      expect(named).to.contain('{{AX_SECRET_1}}').and.not.contain('Hunter2aB9xQ');
      expect(fillPlaceholders(named, names.values())).to.equal(text);
    }
  });

  it('have one name for equal secrets, numbered as they appear', () => {
    const [first = '', second = ''] = SECRETS;
    const names = new SecretNames(redactorFor());
    const text = names.text(`${second} ${first} ${second}`);
    expect(text).to.equal('{{AX_SECRET_1}} {{AX_SECRET_2}} {{AX_SECRET_1}}');
    expect(names.text(first)).to.equal('{{AX_SECRET_2}}');
  });
});
