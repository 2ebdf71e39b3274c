import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { dataFile } from '../../samples/data/files.js';
import { make } from '../../samples/data/make.js';
import { equations, evaluate, lastNumber } from '../../samples/gsm8k/arithmetic.js';
import { loadGsm8k, loadSplit } from '../../samples/gsm8k/data.js';

interface Row {
  readonly question: string;
  readonly answer: string;
}

const rows = (name: string): Row[] =>
  readFileSync(dataFile(name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);

const all = [...rows('gsm8k-style-train.jsonl'), ...rows('gsm8k-style-test.jsonl')];

describe('sample problems', () => {
  it('are at least 240, all different, none in both sets', () => {
    const { train, test } = loadSplit();
    expect(train.length).to.be.at.least(160);
    expect(test.length).to.be.at.least(80);
    expect(new Set(all.map((r) => r.question)).size).to.equal(train.length + test.length);
  });

  it('have two to five annotated steps whose arithmetic is right and ends in the answer', () => {
    for (const { question, answer } of all) {
      const steps = [...answer.matchAll(/<<([^=>]+)=([^>]+)>>(\S*)/g)];
      expect(steps.length, question).to.be.within(2, 5);
      for (const [, expression = '', value = '', shown = ''] of steps) {
        expect(evaluate(expression), `${expression} in: ${question}`).to.equal(Number(value));
        expect(Number.parseFloat(shown), 'the text repeats the value').to.equal(Number(value));
      }
      expect(answer.split('\n').at(-1)).to.equal(`#### ${steps.at(-1)?.[2]}`);
    }
  });

  it('have positive integer answers and end in a question or an instruction', () => {
    for (const { question, answer } of all) {
      expect(answer).to.match(/\n#### [1-9]\d*$/);
      expect(question).to.match(/[?.]$/);
      expect(question).to.not.match(/undefined|NaN|null|\$\{/);
    }
  });

  it('vary: no opening of six words, numbers and names aside, makes up more than a tenth', () => {
    const opening = (q: string): string =>
      q
        .replace(/\d+/g, '0')
        .replace(/\b[A-Z]\w+/g, 'N')
        .split(' ')
        .slice(0, 6)
        .join(' ');
    const count = new Map<string, number>();
    for (const { question } of all) count.set(opening(question), (count.get(opening(question)) ?? 0) + 1);
    expect(Math.max(...count.values())).to.be.at.most(all.length / 10);
    expect(count.size).to.be.at.least(30);
  });

  it('come out of the generator byte for byte', () => {
    const { train, test } = make();
    expect(readFileSync(dataFile('gsm8k-style-train.jsonl'), 'utf8') === train).to.equal(true);
    expect(readFileSync(dataFile('gsm8k-style-test.jsonl'), 'utf8') === test).to.equal(true);
  });

  it('load with the rationale free of annotations and every equation in it correct', () => {
    for (const { rationale, answer } of loadGsm8k(dataFile('gsm8k-style-test.jsonl'))) {
      expect(rationale).to.not.include('<<');
      const found = equations(rationale);
      expect(found.length, rationale).to.be.at.least(2);
      expect(found.every((e) => e.correct)).to.equal(true);
      expect(String(found.at(-1)?.result)).to.equal(answer);
    }
  });
});

describe('arithmetic', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['48/2', 24],
    ['2+3*4', 14],
    ['(2+3)*4', 20],
    ['-3+5', 2],
    ['1,200*2', 2400],
    ['$20 - $7', 13],
    ['200*25%', 50],
    ['.5*8', 4],
    ['3 x 4', 12],
    ['8-3-2', 3],
    ['16/4/2', 2],
    ['1/0', undefined],
    ['2+', undefined],
    ['two+2', undefined],
    ['', undefined],
    ['(1', undefined],
  ];
  for (const [expression, value] of cases) {
    it(`"${expression}" is ${value}`, () => expect(evaluate(expression)).to.equal(value));
  }

  it('finds equations in prose and checks them', () => {
    const found = equations('First 4*29 = 116 pupils, then 116 + 3 = 118 people; that is 5.');
    expect(found.map((e) => [e.expression, e.result, e.correct])).to.deep.equal([
      ['4*29', 116, true],
      ['116 + 3', 118, false],
    ]);
  });

  it('reads the last number', () => {
    expect(lastNumber('of 3 boxes, $1,072.')).to.equal(1072);
    expect(lastNumber('none')).to.equal(undefined);
  });
});
