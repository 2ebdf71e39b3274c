import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createRedactor } from '../../lib/support/redact/redact.js';
import { secretShapes } from '../fixtures/secrets.js';

/** Ways in which a text with a secret stands in another text. */
const CONTEXTS: Readonly<Record<string, (text: string) => string>> = {
  bare: (text) => text,
  prose: (text) => `Please use this for the task: ${text} and then answer.`,
  quoted: (text) => `He wrote "${text}" in the ticket.`,
  JSON: (text) => JSON.stringify({ id: 7, note: text, n: 1 }),
  'JSON in JSON': (text) => JSON.stringify({ body: JSON.stringify({ note: text, n: 1 }) }),
  URL: (text) => `https://h.example/cb?q=${encodeURIComponent(text)}&n=1`,
  file: (text) => `# notes\nfirst line of the file\n${text}\nlast = line\n`,
  'Windows file': (text) => `a: b\r\n${text}\r\nc`,
};

describe('secrets of the known shapes', () => {
  const redactor = createRedactor();
  const shapes = [1, 2, 3].flatMap(secretShapes);

  it('are at least 300 and have a random part each', () => {
    expect(shapes.length).to.be.at.least(300);
    for (const { name, text, core } of shapes) {
      expect(core.length, name).to.be.at.least(10);
      expect(text, name).to.contain(core);
    }
  });

  for (const [context, write] of Object.entries(CONTEXTS)) {
    it(`do not survive: ${context}`, () => {
      const survivors = shapes.filter(({ text, core }) => redactor.text(write(text)).includes(core));
      expect(survivors.map(({ name, text }) => `${name}: ${text}`)).to.deep.equal([]);
    });
  }

  for (const separator of ['\n', '\\n', ' ', ', ', '","']) {
    it(`do not hide each other: two, with ${JSON.stringify(separator)} between them`, () => {
      const pairs = secretShapes(5);
      const survivors: string[] = [];
      for (const first of pairs) {
        for (const second of pairs) {
          const text = redactor.text(`${first.text}${separator}${second.text}`);
          if ([first, second].some(({ core }) => text.includes(core))) survivors.push(`${first.name}, ${second.name}`);
        }
      }
      expect(survivors).to.deep.equal([]);
    }).timeout(30_000);
  }

  it('are redacted once: the result is not changed again', () => {
    for (const { name, text } of shapes) {
      const once = redactor.text(text);
      expect(redactor.text(once), name).to.equal(once);
    }
  });
});
