import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DataFormatError, loadSplit, parseGsm8k } from '../../samples/gsm8k/data.js';
import { exactAnswer } from '../../samples/gsm8k/metric.js';
import { readOptions } from '../../samples/gsm8k/options.js';

const good = JSON.stringify({ question: 'How many?', answer: 'It is 1000+72 = <<1000+72=1072>>1072.\n#### 1,072' });

function failure(text: string): DataFormatError {
  try {
    parseGsm8k(text, 'problems.jsonl');
  } catch (error) {
    if (error instanceof DataFormatError) return error;
    throw error;
  }
  throw new Error('expected a DataFormatError');
}

describe('GSM8K loader', () => {
  it('reads question, answer and rationale, skipping empty lines and carriage returns', () => {
    expect(parseGsm8k(`${good}\r\n\n${good}\n`, 'x')).to.deep.equal(
      Array(2).fill({ question: 'How many?', answer: '1072', rationale: 'It is 1000+72 = 1072.' }),
    );
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['broken JSON', '{"question": ', /not valid JSON/],
    ['an array', '[1]', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    ['no question', '{"answer":"#### 1"}', /"question" is not a non-empty string/],
    ['an empty question', '{"question":" ","answer":"#### 1"}', /"question" is not a non-empty string/],
    ['a numeric answer', '{"question":"q","answer":1}', /"answer" is not a string/],
    ['no ####', '{"question":"q","answer":"1"}', /exactly one "####"/],
    ['two ####', '{"question":"q","answer":"#### 1 #### 2"}', /exactly one "####"/],
    ['no number', '{"question":"q","answer":"#### many"}', /"many" after "####" is not a number/],
  ];
  for (const [what, line, message] of bad) {
    it(`says where and what for ${what}`, () => {
      const error = failure(`${good}\n\n${line}\n`);
      expect(error.line).to.equal(3);
      expect(error.message).to.match(message);
      expect(error.message).to.include('problems.jsonl, line 3').and.to.include('Expected {"question"');
      expect(error.message).to.include(line.slice(0, 40));
    });
  }

  it('refuses an empty file', () => expect(failure('\n').message).to.match(/no problem/));

  it('splits one file of yours two to one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gsm8k-'));
    const file = join(folder, 'mine.jsonl');
    writeFileSync(file, `${good}\n`.repeat(9));
    const { train, test } = loadSplit(file);
    rmSync(folder, { recursive: true });
    expect([train.length, test.length]).to.deep.equal([6, 3]);
  });
});

describe('exact answer', () => {
  const score = (answer: unknown) => exactAnswer({ prediction: { answer }, example: { answer: '1072' } });
  it('takes a bare number', () => {
    expect([score('1072'), score(' 1,072 '), score(1072), score('1072.0')]).to.deep.equal([1, 1, 1, 1]);
  });
  it('takes nothing else', () => {
    expect([score('1072 apples'), score('$1072'), score('1073'), score(''), score(undefined)]).to.deep.equal([
      0, 0, 0, 0, 0,
    ]);
    expect(exactAnswer({ prediction: undefined, example: { answer: '1' } })).to.equal(0);
  });
});

describe('options of the main sample', () => {
  it('have defaults', () => {
    const { data, seed, auto, simulated, journalDir } = readOptions([], {});
    expect({ data, seed, auto, simulated }).to.deep.equal({
      data: undefined,
      seed: 1,
      auto: 'light',
      simulated: false,
    });
    expect(journalDir.endsWith('.ax-autolog')).to.equal(true);
  });
  it('say what came and what is expected', () => {
    expect(() => readOptions(['--seed', 'x'])).to.throw("--seed must be an integer, got 'x'.");
    expect(() => readOptions(['--auto', 'huge'])).to.throw("--auto must be light, medium or heavy, got 'huge'.");
    expect(() => readOptions(['--nonsense'])).to.throw(/nonsense/);
  });
});
