import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { blame, piecesOf } from '../../../plugins/report/data/blame.js';
import { lanes } from '../../../plugins/report/data/lanes.js';

const origins = (...args: Parameters<typeof blame>): [number, string][] =>
  blame(...args).map(({ text, origin }) => [origin, text.trim()]);

describe('blame', () => {
  it('gives each line to the candidate that introduced it, through all generations', () => {
    const candidates = [
      { text: 'Answer.\nBe brief.', parents: [] },
      { text: 'Answer.\nThink first.\nBe brief.', parents: [0] },
      { text: 'Answer.\nThink first.\nBe kind.', parents: [1] },
    ];
    expect(origins(candidates, 2)).to.deep.equal([
      [0, 'Answer.'],
      [1, 'Think first.'],
      [2, 'Be kind.'],
    ]);
  });

  it('takes a long line apart into sentences', () => {
    const seed = 'Answer the word problem that is given below.';
    const child = `${seed} Break the problem into small steps, and solve them one after the other in order.`;
    const candidates = [
      { text: seed, parents: [] },
      { text: child, parents: [0] },
    ];
    expect(origins(candidates, 1).map(([origin]) => origin)).to.deep.equal([0, 1]);
  });

  it('finds the lines of a merge in both of its parents', () => {
    const candidates = [
      { text: 'Answer.', parents: [] },
      { text: 'Answer.\nThink.', parents: [0] },
      { text: 'Answer.\nCheck.', parents: [0] },
      { text: 'Answer.\nThink.\nCheck.', parents: [1, 2] },
    ];
    expect(origins(candidates, 3)).to.deep.equal([
      [0, 'Answer.'],
      [1, 'Think.'],
      [2, 'Check.'],
    ]);
  });

  it('looks for the first that had a line where no parent is known', () => {
    const candidates = [
      { text: 'Answer.', parents: [] },
      { text: 'You are a teacher.\nThink.', parents: [-1] },
      { text: 'You are a teacher.\nCheck.', parents: [] },
    ];
    expect(origins(candidates, 2)).to.deep.equal([
      [1, 'You are a teacher.'],
      [2, 'Check.'],
    ]);
  });

  it('keeps every character, whatever the text, and blames only who is there', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '.', '!', '\r', 'é', '😀'), maxLength: 300 });
    const candidates = fc.array(
      fc.record({ text, parents: fc.array(fc.integer({ min: -1, max: 6 }), { maxLength: 2 }) }),
      { minLength: 1, maxLength: 7 },
    );
    fc.assert(
      fc.property(candidates, (all) => {
        const last = all.length - 1;
        expect(piecesOf(all[last]?.text ?? '').join('')).to.equal(all[last]?.text);
        const pieces = blame(all, last);
        expect(pieces.map((piece) => piece.text).join('')).to.equal(all[last]?.text);
        for (const { origin } of pieces) expect(origin).to.be.within(0, last);
      }),
    );
  });
});

describe('lanes of descent', () => {
  it('leads each child from its parents, and frees a lane when its line has ended', () => {
    const rows = lanes([{ parents: [] }, { parents: [0] }, { parents: [0] }, { parents: [2] }, { parents: [3, 1] }], 4);
    expect(rows.map(({ lane }) => lane)).to.deep.equal([0, 1, 0, 0, 0]);
    expect(rows[4]?.above.map(({ from, to }) => [from, to])).to.deep.equal([
      [0, 0],
      [1, 0],
    ]);
    expect(rows.map(({ isMain }) => isMain)).to.deep.equal([true, true, true, true, true]);
  });

  it('has for every parent a line that arrives, whatever the descent', () => {
    const descent = fc.array(fc.array(fc.nat(12), { maxLength: 2 }), { minLength: 1, maxLength: 13 });
    fc.assert(
      fc.property(descent, (all) => {
        const rows = lanes(
          all.map((parents) => ({ parents })),
          all.length - 1,
        );
        for (const [at, parents] of all.entries()) {
          const known = [...new Set(parents.filter((parent) => parent < at))];
          const arriving = rows[at]?.above.filter(
            ({ to, from }) => to === rows[at]?.lane && known.some((parent) => rows[parent]?.lane === from),
          );
          expect(arriving?.length ?? 0).to.be.at.least(known.length > 0 ? 1 : 0);
        }
      }),
    );
  });
});
