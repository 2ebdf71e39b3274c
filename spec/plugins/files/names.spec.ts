import { isAbsolute, join, relative } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { safeName, safePath } from '../../../lib/support/folder/names.js';
import { UniqueNames } from '../../../plugins/files/names.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '..',
    '.',
    '',
    '/etc/passwd',
    '..\\..\\x',
    'CON',
    'nul.txt',
    '.hidden',
    'a/../../b',
    'x'.repeat(400),
    '\u0000',
  ),
);

describe('names of files', () => {
  it('keep text that is a good name', () => {
    for (const name of ['full', 'my-key_1.2', 'Größe', '値段', 'results.v2.json', 'hello world.txt']) {
      expect(safeName(name)).to.equal(name);
    }
  });

  it('never leave their folder, are never hidden, and fit on every file system', () => {
    fc.assert(
      fc.property(text, (value) => {
        const name = safeName(value);
        expect(name).to.match(/^[^./\\][^/\\]*$/u);
        expect(name).to.not.include('\u0000');
        expect(Buffer.byteLength(name)).to.be.at.most(255);
        const inside = relative('/root', join('/root', safePath(value)));
        expect(inside).to.not.equal('');
        expect(inside.startsWith('..')).to.equal(false);
        expect(isAbsolute(inside)).to.equal(false);
      }),
    );
  });

  it('differ where the texts differ', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        if (a !== b) expect(safeName(a)).to.not.equal(safeName(b));
      }),
    );
    expect(safeName('a/b')).to.match(/^a_b~[0-9a-f]{6}$/);
    expect(safeName('a:b.json')).to.match(/^a_b~[0-9a-f]{6}\.json$/);
  });

  it('are given once to each id', () => {
    const book = new UniqueNames();
    expect([book.assign('x', 'a'), book.assign('y', 'a'), book.assign('x', 'a')]).to.deep.equal(['a', 'a-2', 'a']);
  });
});
