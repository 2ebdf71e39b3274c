import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runChild } from '../fixtures/child.js';

/** A teleprompter of two trials, decorated as a user would. */
const TELEPROMPTER = `
  import { registry, trackCompile, trackTrial, startRun } from 'ax-autolog';
  class Tele {
    async score(candidate, batch) { await 1; return { score: 0.5, results: batch.map((example) => ({ example, prediction: 'p', score: 0.5 })) }; }
    async compile(program, trainset, metric) {
      for (let i = 0; i < 2; i++) await this.score('candidate ' + i, trainset);
      await this.afterTrials?.();
      return { program };
    }
  }
  const score = Object.getOwnPropertyDescriptor(Tele.prototype, 'score');
  Object.defineProperty(Tele.prototype, 'score', trackTrial({ candidate: 0, batch: 1 })(Tele.prototype, 'score', score) ?? score);
  trackCompile()(Tele);
  const trainset = [{ q: 1 }, { q: 2 }];
`;

describe('the end of a process', () => {
  it('a normal end flushes and closes every sink without a line in the app', async () => {
    const { code, stdout } = await runChild(`${TELEPROMPTER}
      registry.register({
        name: 'slow',
        onTrialEnd: async ({ data }) => { await new Promise((r) => setTimeout(r, 50)); console.log('trial', data.index); },
        flush: () => console.log('flush'),
        close: () => console.log('close'),
      });
      await new Tele().compile({}, trainset, () => 1);
    `);
    expect(stdout.trim().split('\n')).to.deep.equal(['trial 0', 'trial 1', 'flush', 'close']);
    expect(code).to.equal(0);
  });

  const BY_REGISTER = ['--import', 'ax-autolog/register'];
  const CALL = `
    import { ax, AxMockAIService } from '@ax-llm/ax';
    const ai = new AxMockAIService({ chatResponse: { results: [{ index: 0, content: 'Answer: x', finishReason: 'stop' }] } });
    await ax('question:string -> answer:string').forward(ai, { question: 'q' });
  `;
  for (const [how, ending] of [
    ['a normal end', ''],
    ['process.exit', 'process.exit(0);'],
  ] as const) {
    it(`${how} is noticed in an app that is tracked by --import and never names this package`, async () => {
      const { code, events } = await runChild(`${CALL}${ending}`, { flags: BY_REGISTER });
      expect(code).to.equal(0);
      expect(events.map(({ type }) => type)).to.deep.equal(['onRunStart', 'onTraceEnd', 'onRunEnd']);
    });
  }

  it('process.exit keeps what was recorded, and says what was cut off', async () => {
    const { code, events } = await runChild(`${TELEPROMPTER}
      registry.register({ name: 'any' });
      const tele = new Tele();
      tele.afterTrials = () => process.exit(3);
      await new Tele().compile({}, trainset, () => 1);
      void tele.compile({}, trainset, () => 1);
    `);
    expect(code).to.equal(3);
    expect(events.filter(({ type }) => type === 'onTrialEnd')).to.have.length(4);
    const statuses = events.filter(({ type }) => type === 'onRunEnd').map(({ data }) => data['status']);
    expect(statuses).to.have.members(['finished', 'cancelled']);
  });

  it('an unhandled rejection stays unhandled, once, with the same reason; the journal has every finished trial', async () => {
    const { code, stdout, stderr, events } = await runChild(`${TELEPROMPTER}
      registry.register({ name: 'any' });
      let count = 0;
      process.on('unhandledRejection', (reason) => { count++; console.log('unhandled', reason.message, count); throw reason; });
      const tele = new Tele();
      tele.afterTrials = () => { throw new Error('the optimizer broke'); };
      tele.compile({}, trainset, () => 1);
    `);
    expect(code).to.not.equal(0);
    expect(stdout.trim()).to.equal('unhandled the optimizer broke 1');
    expect(stderr).to.contain('the optimizer broke');
    expect(events.filter(({ type }) => type === 'onTrialEnd')).to.have.length(2);
    expect(events.find(({ type }) => type === 'onCompileStart')?.data['trainset']).to.have.property('size', 2);
    expect(events.find(({ type }) => type === 'onCompileEnd')?.data).to.have.property('status', 'failed');
  });

  it('a killed process leaves its run with settings, datasets and every trial that had ended', async () => {
    const { signal, stdout, events } = await runChild(
      `${TELEPROMPTER}
      registry.register({ name: 'any' });
      const tele = new Tele();
      tele.afterTrials = () => new Promise(() => { process.stdout.write('trials are done\\n'); setInterval(() => {}, 1000); });
      await startRun({ runName: 'doomed', params: { lr: 1 } }, () => tele.compile({}, trainset, () => 1));
    `,
      { killWhen: 'trials are done' },
    );
    expect(stdout).to.contain('trials are done');
    expect(signal).to.equal('SIGKILL');
    expect(events.map(({ type }) => type)).to.include.members(['onRunStart', 'onCompileStart']);
    expect(events.filter(({ type }) => type === 'onTrialEnd')).to.have.length(2);
    expect(events.find(({ type }) => type === 'onRunStart')?.data).to.deep.include({ params: { lr: 1 } });
    expect(events.find(({ type }) => type === 'onCompileStart')?.data['trainset']).to.have.property('size', 2);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal} ends the process as it would without tracking, and its run is recorded as cancelled`, async () => {
      const ended = await runChild(`${TELEPROMPTER}
        registry.register({ name: 'any' });
        const tele = new Tele();
        tele.afterTrials = () => { process.kill(process.pid, '${signal}'); return new Promise(() => setInterval(() => {}, 1000)); };
        await startRun({ runName: 'stopped' }, () => tele.compile({}, trainset, () => 1));
      `);
      expect(ended.signal).to.equal(signal);
      expect(ended.events.filter(({ type }) => type === 'onTrialEnd')).to.have.length(2);
      expect(ended.events.find(({ type }) => type === 'onRunEnd')?.data['status']).to.equal('cancelled');
    });
  }

  it("an app's own signal handler decides; what was recorded is on disk, and no listener stays behind", async () => {
    const { code, stdout, events } = await runChild(`${TELEPROMPTER}
      registry.register({ name: 'any' });
      process.on('SIGTERM', () => { console.log('app handles it'); });
      const tele = new Tele();
      tele.afterTrials = async () => { process.kill(process.pid, 'SIGTERM'); await new Promise((r) => setTimeout(r, 100)); };
      await startRun({ runName: 'kept' }, () => tele.compile({}, trainset, () => 1));
      console.log(process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'));
    `);
    expect(code).to.equal(0);
    expect(stdout.trim().split('\n')).to.deep.equal(['app handles it', '1 0']);
    expect(events.find(({ type }) => type === 'onRunEnd')?.data['status']).to.equal('finished');
  });

  it('a sink that hangs for ever does not keep the process from ending', async function () {
    this.timeout(40_000);
    const { code, stdout } = await runChild(`${TELEPROMPTER}
      registry.register({ name: 'hanging', onTrialEnd: () => new Promise(() => {}), flush: () => new Promise(() => {}), close: () => new Promise(() => {}) });
      await new Tele().compile({}, trainset, () => 1);
      console.log('app is done');
    `);
    expect(stdout).to.contain('app is done');
    expect(code).to.equal(0);
  });

  it('a compile that lost a race still leaves its trials and its end', async () => {
    const { code, events } = await runChild(`${TELEPROMPTER}
      registry.register({ name: 'any' });
      const tele = new Tele();
      tele.afterTrials = () => new Promise((r) => setTimeout(r, 50));
      await startRun({ runName: 'race' }, () => Promise.race([tele.compile({}, trainset, () => 1), Promise.resolve('won')]));
    `);
    expect(code).to.equal(0);
    expect(events.map(({ type }) => type).slice(-3)).to.deep.equal(['onCompileEnd', 'onCertificate', 'onRunEnd']);
    expect(events.filter(({ type }) => type === 'onTrialEnd')).to.have.length(2);
  });
});
