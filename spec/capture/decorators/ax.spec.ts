import { AxBootstrapFewShot, ax } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { autolog, registry, trackCompile } from '../../../lib/index.js';
import { shutdown } from '../../../lib/setup/shutdown.js';
import { defaultSettings, setSettings } from '../../../lib/support/settings.js';
import { type Recorder, recorder } from '../../../lib/testing.js';
import { examples, metric, mockAI } from './support/questions.js';

/** No autolog: a sink is registered, and that is all. */
describe('decorated optimizers of ax, without autolog', () => {
  let seen: Recorder;
  let dir: string | undefined;

  beforeEach(() => {
    dir = process.env.AX_AUTOLOG_JOURNAL;
    process.env.AX_AUTOLOG_JOURNAL = 'off';
    setSettings(defaultSettings());
    seen = recorder();
    registry.register(seen);
  });

  afterEach(async () => {
    await shutdown();
    if (dir === undefined) delete process.env.AX_AUTOLOG_JOURNAL;
    else process.env.AX_AUTOLOG_JOURNAL = dir;
  });

  async function compile(optimizer: AxBootstrapFewShot) {
    const program = ax('question:string -> answer:string');
    const result = await optimizer.compile(program, examples, metric as never, { maxDemos: 2 });
    await seen.settled();
    return result;
  }

  it('a decorated subclass is one run with the trials of its base class', async () => {
    @trackCompile()
    class Mine extends AxBootstrapFewShot {}
    const result = await compile(new Mine({ studentAI: mockAI(), options: { maxRounds: 2 } }));
    expect(seen.of('onCompileStart').map(({ data }) => data.optimizer)).to.deep.equal(['Mine']);
    expect(seen.of('onTrialEnd')).to.have.length(2);
    expect(seen.of('onTrialStart')[0]?.data.phase).to.include('round');
    expect(seen.of('onCompileEnd')[0]?.data).to.deep.include({ status: 'finished', reportedScore: result.bestScore });
    expect(seen.of('onCompileEnd')[0]?.data.tokens.task?.calls).to.equal(seen.of('onLMCall').length);
    expect(seen.of('onRunStart')).to.have.length(1);
  });

  it('a single object is named as ax exports its class', async () => {
    await compile(trackCompile(new AxBootstrapFewShot({ studentAI: mockAI(), options: { maxRounds: 1 } })));
    expect(seen.of('onCompileStart').map(({ data }) => data.optimizer)).to.deep.equal(['BootstrapFewShot']);
    expect(seen.of('onTrialEnd')).to.have.length(1);
  });

  it('with autolog as well, it is still one run, under its own label', async () => {
    autolog({ logCompiles: true, sinks: [], journal: false });
    @trackCompile({ label: 'Own label' })
    class Mine extends AxBootstrapFewShot {
      override async compile(...args: Parameters<AxBootstrapFewShot['compile']>): Promise<never> {
        return (await super.compile(...args)) as never;
      }
    }
    await compile(new Mine({ studentAI: mockAI(), options: { maxRounds: 1 } }));
    autolog({ disable: true });
    expect(seen.of('onCompileStart').map(({ data }) => data.optimizer)).to.deep.equal(['Own label']);
    expect(seen.of('onTrialEnd')).to.have.length(1);
  });
});
