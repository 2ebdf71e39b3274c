import * as ax from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { Evaluate } from '../../../lib/index.js';
import { model, saying } from './support/model.js';
import { outline, traced } from './support/outline.js';

const predictor = () => ax.ax('question:string -> answer:string');

describe('the trace of a program', () => {
  it('AxFlow has its nodes by their names', async () => {
    const { ai } = saying(ax, 'Plan: add', 'Answer: 4');
    const program = ax
      .flow<{ question: string }, { answer: string }>()
      .node('think', 'question:string -> plan:string')
      .node('say', 'question:string, plan:string -> answer:string')
      .execute('think', ({ question }) => ({ question }))
      .execute('say', ({ question, thinkResult }) => ({ question, plan: thinkResult.plan }))
      .map(({ sayResult }) => ({ answer: sayResult.answer }) as never);
    const [trace, ...others] = await traced(() => program.forward(ai, { question: 'q' }));
    expect(others).to.deep.equal([]);
    expect(outline(trace ?? expect.fail()).filter((line) => !line.includes('PARSER'))).to.deep.equal([
      'CHAIN AxFlow.forward',
      '  LLM think',
      '    CHAT_MODEL chat scripted-1',
      '  LLM say',
      '    CHAT_MODEL chat scripted-1',
    ]);
    expect(trace?.spans[0]).to.deep.include({ inputs: { question: 'q' }, outputs: { answer: '4' } });
  });

  it('AxBestOfN and AxRefine have their attempts', async () => {
    const best = saying(ax, 'Answer: bad', 'Answer: good');
    const rewardFn = ({ prediction }: { prediction: { answer?: unknown } }) => (prediction.answer === 'good' ? 1 : 0);
    const refined = model(ax, ({ chatPrompt }, n) => {
      const asksForAdvice = String(chatPrompt[0]?.role === 'system' && chatPrompt[0].content).includes('`Advice`');
      if (asksForAdvice) return 'Summary: too bad\nAdvice: {"root::instruction": "be good"}';
      return n === 0 ? 'Answer: bad' : 'Answer: good';
    });
    const [bestOfN, refine] = await traced(async () => {
      const options = { n: 2, rewardFn, threshold: 1, strategy: 'serial' as const };
      await ax.bestOfN(predictor(), options as never).forward(best.ai, { question: 'q' });
      await ax
        .refine(predictor(), { rounds: 2, rewardFn, threshold: 1 } as never)
        .forward(refined.ai, { question: 'q' });
    });
    const lines = (trace: typeof bestOfN) =>
      outline(trace ?? expect.fail()).filter((line) => !/PARSER|CHAT/.test(line));
    expect(lines(bestOfN)).to.deep.equal(['CHAIN AxBestOfN.forward', '  LLM AxGen.forward', '  LLM AxGen.forward']);
    expect(lines(refine)).to.deep.equal([
      'CHAIN AxRefine.forward',
      '  LLM AxGen.forward',
      '  LLM AxGen.forward',
      '  LLM AxGen.forward',
    ]);
    expect(bestOfN?.spans[0]?.outputs).to.deep.equal({ answer: 'good' });
  });

  it('that is a class of the user on top of one of ax is one span with its name', async () => {
    const { ai } = saying(ax, 'Answer: 4');
    class Classifier extends ax.AxGen<{ question: string }, { answer: string }> {
      override async forward(...args: Parameters<ax.AxGen<{ question: string }, { answer: string }>['forward']>) {
        return super.forward(...args);
      }
    }
    const [trace, ...others] = await traced(() =>
      new Evaluate({ devset: [{ question: 'q' }], metric: () => 1 }).evaluate(
        new Classifier('question:string -> answer:string') as never,
        { ai },
      ),
    );
    expect(others).to.deep.equal([]);
    expect(outline(trace ?? expect.fail())).to.deep.equal([
      'LLM Classifier.forward',
      '  CHAT_MODEL chat scripted-1',
      '  PARSER AxGen.parse',
    ]);
  });

  it('that calls itself again is a span each time', async () => {
    class Countdown {
      async forward(service: unknown, { n }: { n: number }): Promise<{ n: number }> {
        return n === 0 ? { n } : this.forward(service, { n: n - 1 });
      }
    }
    const [trace] = await traced(() =>
      new Evaluate({ devset: [{ n: 2 }], metric: () => 1 }).evaluate(new Countdown() as never),
    );
    expect(outline(trace ?? expect.fail())).to.deep.equal([
      'CHAIN Countdown.forward',
      '  CHAIN Countdown.forward',
      '    CHAIN Countdown.forward',
    ]);
  });

  it('that is a class of the user has its name, and what it does in parallel', async () => {
    const { ai } = saying(ax, 'Answer: 4');
    class Ensemble {
      readonly parts = [predictor(), predictor(), predictor()];
      async forward(service: ax.AxAIService, values: { question: string }) {
        return Promise.all(this.parts.map((part) => part.forward(service, values)));
      }
    }
    const traces = await traced(() =>
      new Evaluate({ devset: [{ question: 'q' }], metric: () => 1 }).evaluate(new Ensemble(), { ai }),
    );
    expect(traces).to.have.length(1);
    expect(outline(traces[0] ?? expect.fail()).filter((line) => !/PARSER|CHAT/.test(line))).to.deep.equal([
      'CHAIN Ensemble.forward',
      '  LLM AxGen.forward',
      '  LLM AxGen.forward',
      '  LLM AxGen.forward',
    ]);
    expect(traces[0]?.tokens.calls).to.equal(3);
  });
});
