import { type ContractCheck, type MakeSubject, sinkContract } from 'ax-autolog/testing';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { scoreboardSubject, throwing } from './support/scoreboard.js';

const ON_LOG = 'takes onLog alone, with and without its optional fields';
const ANY = 'takes any events in any order, without changing them';
const AGAIN = 'shows nothing twice when each batch comes again';

const withoutStack = (text: string) => text.replace(/^ +at .*$/gm, '');

describe('what the sink contract says of a failure', () => {
  const check = (make: MakeSubject, name: string, options = {}): ContractCheck => {
    const found = sinkContract(make, { delivery: 'journal', ...options }).find((each) => each.name === name);
    if (!found) throw new Error(`no check ${name}`);
    return found;
  };
  const message = (run: Promise<void>) =>
    run.then(
      () => 'passed',
      (error: Error) => error.message,
    );

  it('names seed, path and the first error of arbitrary events, the same each time', async () => {
    const failing = throwing((event) => event.type === 'onLog' && event.data.kind === 'tag');
    const [first, second] = [await message(check(failing, ON_LOG).run()), await message(check(failing, ON_LOG).run())];
    expect(first)
      .to.include('seed: 1')
      .and.match(/path: "\d[\d:]*"/)
      .and.include('cannot take onLog');
    expect(withoutStack(second)).to.equal(withoutStack(first));
    expect(await message(check(failing, ANY, { seed: 7 }).run())).to.include('seed: 7');
  });

  it('tries as many sequences as it is told', async () => {
    let made = 0;
    const counting = () => {
      made += 1;
      return scoreboardSubject();
    };
    await check(counting, ANY).run();
    expect(made).to.equal(40);
    await check(counting, ANY, { runs: 3 }).run();
    expect(made).to.equal(43);
  });

  it('names what a sink threw when it was fed from a journal', async () => {
    const failing = throwing((event) => event.type === 'onTrialEnd');
    expect(await message(check(failing, AGAIN).run()))
      .to.include('AXL_SINK_FAILED')
      .and.include('cannot take onTrialEnd');
  });

  it('closes and cleans up, also after a failure', async () => {
    const done: string[] = [];
    const make = () =>
      scoreboardSubject(() => ({ onBatch: () => Promise.reject(new Error('no')), close: () => done.push('close') }), {
        cleanup: () => done.push('cleanup'),
      });
    expect(await message(check(make, 'takes a text of a million characters').run())).to.equal('no');
    expect(done).to.deep.equal(['close', 'cleanup']);
  });

  it('refuses wrong arguments', () => {
    const make = () => scoreboardSubject();
    const refused: readonly (() => unknown)[] = [
      () => sinkContract(make() as never),
      () => sinkContract(make, { seed: 0.5 }),
      () => sinkContract(make, { runs: 0 }),
      () => sinkContract(make, { delivery: 'memory' as never }),
    ];
    for (const call of refused) expect(call).to.throw('AXL_BAD_OPTIONS');
    expect(() => sinkContract(make, { runs: 0 })).to.throw('runs must be an integer over 0, got 0 (number).');
  });
});
