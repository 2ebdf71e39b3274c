import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { type FinishedForward, watchForwards } from '../../../lib/capture/ax/index.js';
import { tracker } from './support/lib.js';
import { scripted, twoPartProgram } from './support/scripted.js';
import { tracked } from './support/tracked.js';

/** Runs `fn` with a list of the forwards seen so far, and returns it. */
async function seenDuring(
  fn: (seen: readonly FinishedForward[]) => Promise<unknown>,
): Promise<readonly FinishedForward[]> {
  const seen: FinishedForward[] = [];
  const end = watchForwards((one) => seen.push(one));
  try {
    await tracked(() => fn(seen));
  } finally {
    end();
  }
  return seen;
}

const question = { question: 'kind-instruction number 1' };

describe('watchForwards', () => {
  it('tells program, input, output and frame of each call, before its caller goes on', async () => {
    const program = twoPartProgram(ax);
    const [one] = await seenDuring(async (seen) => {
      const run = tracker.startRun({ kind: 'user' });
      const output = await run.within(() => program.forward(scripted(ax).ai, question));
      expect(seen).to.have.length(1);
      expect(seen[0]?.output).to.equal(output);
      expect(seen[0]?.frame.run).to.equal(run);
      run.end({ status: 'finished' });
    });
    expect(one?.program).to.equal(program);
    expect(one?.input).to.equal(question);
    expect(one?.failed).to.equal(false);
    expect(one?.durationMs).to.be.at.least(0);
  });

  it('tells the very error', async () => {
    const { ai } = scripted(ax, { fails: () => true });
    let error: unknown;
    const [one] = await seenDuring(() =>
      twoPartProgram(ax)
        .forward(ai, question)
        .catch((thrown: unknown) => (error = thrown)),
    );
    expect(one?.failed).to.equal(true);
    expect(one?.error).to.equal(error);
  });

  it('tells of a flow, not of the programs inside it', async () => {
    const flow = ax
      .flow<{ question: string }, { answer: string }>()
      .node('say', 'question:string -> answer:string')
      .execute('say', (state) => ({ question: state.question }))
      .map((state) => ({ answer: state.sayResult.answer }) as never);
    const seen = await seenDuring(() => flow.forward(scripted(ax).ai, question));
    expect(seen.map(({ program }) => program)).to.deep.equal([flow]);
  });

  it('ends when told to, and sees nothing while tracking is off', async () => {
    const seen: unknown[] = [];
    const end = watchForwards((one) => seen.push(one));
    await twoPartProgram(ax).forward(scripted(ax).ai, question);
    end();
    await tracked(() => twoPartProgram(ax).forward(scripted(ax).ai, question));
    expect(seen).to.deep.equal([]);
  });
});
