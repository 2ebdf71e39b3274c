import { AxGEPA, ax } from '@ax-llm/ax';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadSplit } from '../../samples/gsm8k/data.js';
import { exactAnswer } from '../../samples/gsm8k/metric.js';
import { chainOfThought } from '../../samples/gsm8k/program.js';
import { chooseLM } from '../../samples/lm/choose.js';
import { diagnose } from '../../samples/lm/simulated/diagnose.js';
import { demosFor, GOOD_INSTRUCTION, solved, test, train, withSimulatedLM } from './support.js';

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string } }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
}

const post = (url: string, body: unknown) =>
  fetch(`${url}/chat/completions`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('simulated LM', () => {
  it('listens on the loopback only and refuses what it does not serve', () =>
    withSimulatedLM({}, async ({ url }) => {
      expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
      expect((await fetch(`${url}/models`)).status).to.equal(404);
      expect((await post(url, 'no json')).status).to.equal(400);
      expect((await post(url, { model: 'x' })).status).to.equal(400);
    }));

  it('answers the same request with the same bytes, whatever came before', async () => {
    const bodies: string[] = [];
    await withSimulatedLM({ onRequest: (body) => bodies.push(body) }, (lm) =>
      solved(lm, chainOfThought(), test.slice(0, 12)),
    );
    const ask = (order: string[]) =>
      withSimulatedLM({}, async ({ url }) => {
        const out = new Map<string, string>();
        for (const body of order) out.set(body, await (await post(url, body)).text());
        return out;
      });
    const forwards = await ask(bodies);
    const backwards = await ask([...bodies].reverse());
    for (const body of bodies) expect(backwards.get(body)).to.equal(forwards.get(body));
  });

  it('depends on its seed', async () => {
    const right = (seed: number) => withSimulatedLM({ seed }, (lm) => solved(lm, chainOfThought(), test));
    expect([...(await right(1))]).to.not.deep.equal([...(await right(2))]);
  });

  it('counts tokens, four characters each', () =>
    withSimulatedLM({}, async ({ url }) => {
      const reply = (await (
        await post(url, { messages: [{ role: 'user', content: 'x'.repeat(41) }] })
      ).json()) as Completion;
      const text = reply.choices[0]?.message.content ?? '';
      expect(reply.usage.prompt_tokens).to.equal(11);
      expect(reply.usage.completion_tokens).to.equal(Math.ceil(text.length / 4));
      expect(reply.usage.total_tokens).to.equal(11 + Math.ceil(text.length / 4));
      expect(text).to.include('simulated LM');
    }));

  it('streams the same answer', () =>
    withSimulatedLM({}, async (lm) => {
      const program = chainOfThought();
      const question = test[0]?.question ?? '';
      const whole = await program.forward(lm.ai, { question }, { stream: false });
      expect(await program.forward(lm.ai, { question }, { stream: true })).to.deep.equal(whole);
      expect(whole.reasoning).to.not.equal('');
    }));

  for (const seed of [1, 2, 3]) {
    it(`gets better with the prompt, solving in the main what it solved before (seed ${seed})`, () =>
      withSimulatedLM({ seed }, async (lm) => {
        const program = chainOfThought();
        const plain = await solved(lm, program, test);
        program.setInstruction('Reason step by step.');
        const steps = await solved(lm, program, test);
        program.setInstruction(GOOD_INSTRUCTION);
        const good = await solved(lm, program, test);
        program.setDemos(demosFor(program, train.slice(0, 4)));
        const best = await solved(lm, program, test);
        const rates = [plain, steps, good, best].map((s) => s.size / test.length);
        expect(rates[0]).to.be.within(0.22, 0.45);
        expect(rates[1]).to.be.above(rates[0] ?? 1);
        expect(rates[2]).to.be.above(rates[1] ?? 1);
        expect(rates[3])
          .to.be.within(0.8, 0.97)
          .and.above(rates[2] ?? 1);
        const kept = [...plain].filter((q) => best.has(q)).length;
        expect(kept / plain.size).to.be.above(0.9);
      }));
  }

  it('needs the reasoning field', () =>
    withSimulatedLM({}, async (lm) => {
      const direct = ax('question:string -> answer:string');
      direct.setInstruction('Answer the word problem.');
      let right = 0;
      for (const example of test) {
        const prediction = await direct.forward(lm.ai, { question: example.question });
        right += await exactAnswer({ prediction, example });
      }
      expect(right).to.be.below((await solved(lm, chainOfThought(), test)).size);
    }));

  it('is harmed by demos with wrong arithmetic', () =>
    withSimulatedLM({}, async (lm) => {
      const program = chainOfThought();
      const shown = train.slice(0, 4);
      program.setDemos(demosFor(program, shown));
      const right = (await solved(lm, program, test)).size;
      program.setDemos(
        demosFor(
          program,
          shown.map((p) => ({ ...p, rationale: '2*3 = 7 so 7+1 = 9.' })),
        ),
      );
      expect((await solved(lm, program, test)).size).to.be.below(right - 15);
    }));

  it('shows in its wrong work which habit was missing', () =>
    withSimulatedLM({}, async (lm) => {
      const program = chainOfThought();
      const kinds = new Set<string | undefined>();
      for (const example of test) {
        const prediction = await program.forward(lm.ai, { question: example.question });
        kinds.add(diagnose({ input: example, prediction, score: await exactAnswer({ prediction, example }) }));
      }
      expect([...kinds]).to.include.members([undefined, 'steps', 'verify', 'units', 'asked', 'format']);
    }));

  it('reflects for AxGEPA so that the search gains', () =>
    withSimulatedLM({ seed: 2 }, async (lm) => {
      const gepa = new AxGEPA({ studentAI: lm.ai, numTrials: 8, minibatchSize: 12, earlyStoppingTrials: 6, seed: 2 });
      const result = await gepa.compile(chainOfThought(), train.slice(0, 60), exactAnswer, {
        maxMetricCalls: 500,
        validationExamples: train.slice(60, 96),
      });
      const first = await solved(lm, chainOfThought(), train.slice(60, 96));
      expect(result.bestScore).to.be.above(first.size / 36 + 0.1);
    }));

  it('answers questions it was not given, and fields it does not know, in the form asked for', () =>
    withSimulatedLM({}, async (lm) => {
      const { answer } = await chainOfThought().forward(lm.ai, {
        question: 'Tim has 3 boxes of 4 nuts. How many nuts?',
      });
      expect(answer).to.match(/12/);
      const odd = ax(
        'topicName:string -> mood:string, rating:number, isFunny:boolean, kind:class "wet, dry", tags:string[], facts:json',
      );
      const out = await odd.forward(lm.ai, { topicName: 'rain' });
      expect(out.rating).to.be.a('number');
      expect(out.isFunny).to.be.a('boolean');
      expect(out.kind).to.be.oneOf(['wet', 'dry']);
      expect([out.tags, out.facts]).to.deep.equal([[], {}]);
    }));
});

describe('choice of the LM', () => {
  const problems = loadSplit().test;
  const choose = async (env: Record<string, string>, simulated = false) => {
    const lines: string[] = [];
    const lm = await chooseLM({ problems, env, simulated, print: (line) => lines.push(line) });
    await lm.close();
    return { name: lm.name, simulated: lm.simulated, line: lines.join('\n') };
  };

  it('is the simulated LM without a key, and says so', async () => {
    const { name, simulated, line } = await choose({});
    expect([name, simulated]).to.deep.equal(['simulated LM', true]);
    expect(line).to.include('simulated LM');
  });

  const keys = {
    OPENAI_API_KEY: /OpenAI/,
    ANTHROPIC_API_KEY: /Anthropic/,
    GOOGLE_APIKEY: /Google/,
    GEMINI_API_KEY: /Google/,
  };
  for (const [key, provider] of Object.entries(keys)) {
    it(`is the real one with ${key}, and its value is not printed`, async () => {
      const { name, simulated, line } = await choose({ [key]: 'key-for-nobody' });
      expect(name).to.match(provider);
      expect(simulated).to.equal(false);
      expect(line).to.include(key).and.to.not.include('key-for-nobody');
    });
  }

  it('can be forced to the simulated LM', async () => {
    expect((await choose({ OPENAI_API_KEY: 'key-for-nobody' }, true)).simulated).to.equal(true);
  });
});
