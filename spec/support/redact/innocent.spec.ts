import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRedactor } from '../../../lib/support/redact/redact.js';
import { snapshot } from '../../../lib/support/snapshot/snapshot.js';
import { INNOCENT_FIELDS, INNOCENT_SETTINGS, INNOCENT_TEXTS } from './innocents.js';

describe('harmless data', () => {
  const redactor = createRedactor();

  it('is at least 40 fields, identifiers and texts', () => {
    expect(INNOCENT_TEXTS.length).to.be.at.least(40);
    expect(Object.keys({ ...INNOCENT_FIELDS, ...INNOCENT_SETTINGS }).length).to.be.at.least(40);
  });

  it('passes unchanged as text: bare, in prose, in JSON', () => {
    for (const text of INNOCENT_TEXTS) {
      for (const written of [text, `Text before. ${text} Text after.`, JSON.stringify({ q: text, n: 1 })]) {
        expect(redactor.text(written)).to.equal(written);
      }
      expect(snapshot({ text }, redactor, 'settings')).to.deep.equal({ text });
    }
  });

  it('passes unchanged in data, whatever its fields are called', () => {
    expect(snapshot(INNOCENT_FIELDS, redactor)).to.deep.equal(INNOCENT_FIELDS);
    expect(snapshot([{ nested: INNOCENT_FIELDS }], redactor)).to.deep.equal([{ nested: INNOCENT_FIELDS }]);
  });

  it('passes unchanged as the JSON of an answer', () => {
    const answer = JSON.stringify(INNOCENT_FIELDS);
    expect(redactor.text(answer)).to.equal(answer);
  });

  it('passes unchanged in settings', () => {
    expect(snapshot(INNOCENT_SETTINGS, redactor, 'settings')).to.deep.equal(INNOCENT_SETTINGS);
  });
});
