import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { AutologError } from '../../../lib/contract/errors.js';
import { learnEnvironment } from '../../../lib/support/redact/environment.js';
import { createRedactor, REDACTED } from '../../../lib/support/redact/redact.js';
import { snapshot } from '../../../lib/support/snapshot/snapshot.js';
import { prose } from './prose.js';

describe('learned secrets', () => {
  it('are hidden wherever they appear, also escaped for JSON and URLs', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 30 });
    fc.assert(
      fc.property(text, prose, (secret, noise) => {
        // What a marker or the noise says anyway tells nothing.
        fc.pre(!REDACTED.includes(secret) && !noise.includes(secret));
        const own = createRedactor();
        own.learn(secret);
        const json = JSON.stringify({ note: `${noise}${secret}${noise}` });
        expect(own.text(`${noise}|${secret}|${noise}`)).to.not.contain(secret);
        expect(own.text(json)).to.not.contain(JSON.stringify(secret).slice(1, -1));
        expect(own.text(`https://127.0.0.1/${encodeURIComponent(secret)}/x`)).to.not.contain(
          encodeURIComponent(secret),
        );
      }),
    );
  });

  it('are hidden in names that were seen before', () => {
    const own = createRedactor();
    expect(snapshot({ 'my-own-phrase': 1 }, own)).to.deep.equal({ 'my-own-phrase': 1 });
    own.learn('my-own-phrase');
    expect(snapshot({ 'my-own-phrase': 1 }, own)).to.deep.equal({ [REDACTED]: 1 });
  });

  it('are not short ones, which would hide ordinary words', () => {
    const own = createRedactor();
    own.learn('answer');
    expect(own.text('the answer is here')).to.equal('the answer is here');
  });

  it('come from secret environment variables only', () => {
    const own = createRedactor();
    learnEnvironment(own, {
      MY_API_KEY: 'abcdefg7',
      HOME: '/home/someone',
      MAX_TOKENS: '20000000',
      EMPTY_TOKEN: undefined,
      PWD: '/home/someone/project',
      OLDPWD: '/home/someone/before',
      DB_PWD: 'n0t-to-be-seen',
    });
    expect(own.text('abcdefg7 /home/someone 20000000')).to.equal(`${REDACTED} /home/someone 20000000`);
    const paths = '/home/someone/project/a.json /home/someone/before';
    expect(own.text(`${paths} n0t-to-be-seen`)).to.equal(`${paths} ${REDACTED}`);
  });
});

describe('the user’s redaction function', () => {
  it('sees every leaf and property with its path, and what it returns is recorded', () => {
    const paths: string[] = [];
    const own = createRedactor({
      fn: (value, path) => {
        paths.push(path.join('.'));
        return path.at(-1) === 'name' ? 'someone' : value;
      },
    });
    expect(snapshot({ name: 'Ann', list: [1, { name: 'Bob' }] }, own)).to.deep.equal({
      name: 'someone',
      list: [1, { name: 'someone' }],
    });
    expect(paths).to.deep.equal(['', 'name', 'list', 'list.0', 'list.1', 'list.1.name']);
  });

  it('cannot bring a secret back', () => {
    const seen: unknown[] = [];
    const own = createRedactor({
      fn: (value) => {
        seen.push(value);
        return value === 'plain' ? 'sk-abcdefghijklmnop1234' : value;
      },
    });
    expect(snapshot({ a: 'plain', apiKey: 'abc' }, own, 'settings')).to.deep.equal({ a: REDACTED, apiKey: REDACTED });
    expect(seen).to.not.include('abc');
  });

  it('that throws drops the field and is reported once', () => {
    const failures: unknown[] = [];
    const own = createRedactor(
      {
        fn: (value, path) => {
          if (path.length > 0) throw new Error('broken');
          return value;
        },
      },
      (error) => failures.push(error),
    );
    expect(snapshot({ a: 1, b: 'x' }, own)).to.deep.equal({});
    expect(snapshot(['a'], own)).to.deep.equal([REDACTED]);
    expect(failures).to.have.length(1);
    expect(failures[0]).to.have.property('message', 'broken');
  });

  it('that is asynchronous drops the field and leaves no unhandled rejection', async () => {
    const failures: unknown[] = [];
    const fn = (async (value: unknown, path: readonly string[]) => {
      throw new Error(`${String(value)} ${path.join()}`);
    }) as (value: unknown, path: readonly string[]) => unknown;
    const own = createRedactor({ fn }, (error) => failures.push(error));
    expect(snapshot('a', own)).to.equal(REDACTED);
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures).to.have.length(1);
  });

  it('may leave a field out', () => {
    const own = createRedactor({ fn: (value, path) => (path.at(-1) === 'a' ? undefined : value) });
    expect(snapshot({ a: 1, b: 2 }, own)).to.deep.equal({ b: 2 });
  });
});

describe('createRedactor', () => {
  it('says what is wrong with its options', () => {
    for (const options of [
      { keys: 'apiKey' },
      { keys: [1] },
      { patterns: ['x'] },
      { fn: 1 },
      { allow: 'x' },
      { allow: [1] },
    ]) {
      expect(() => createRedactor(options as never))
        .to.throw(AutologError)
        .with.property('code', 'AXL_BAD_OPTIONS');
    }
  });
});
