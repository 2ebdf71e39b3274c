import { setTimeout as sleep } from 'node:timers/promises';
import { type AxAIService, AxGen, AxMockAIService } from '@ax-llm/ax';
import { Evaluate } from 'ax-autolog';
import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { random } from '../../samples/random.js';
import { newExperiment } from './support/processes.js';
import type { Traced } from './support/read-back.js';
import { Reader } from './support/reader.js';
import { type MlflowServer, sharedServer } from './support/server.js';
import { trackLive } from './support/tracking.js';

const EXAMPLES = 200;
const WORKERS = 8;

interface Example {
  readonly question: string;
  readonly number: number;
}

const devset: Example[] = Array.from({ length: EXAMPLES }, (_, number) => ({
  question: `What is number ${number}?`,
  number,
}));

/** Answers with the number that it is asked for, some calls sooner than others. */
function service(): AxAIService {
  const lots = random('latency');
  const ai = new AxMockAIService<string>({
    name: 'numbers',
    modelInfo: { name: 'numbers-1', currency: 'usd', promptTokenCostPer1M: 1, completionTokenCostPer1M: 1 },
    features: { functions: false, streaming: false },
    chatResponse: async ({ chatPrompt }) => {
      await sleep(lots.int(0, 12));
      const number = /number (\d+)\?/.exec(JSON.stringify(chatPrompt))?.[1] ?? '';
      const modelUsage = {
        ai: 'numbers',
        model: 'numbers-1',
        tokens: { promptTokens: 10, completionTokens: 2, totalTokens: 12 },
      };
      return { results: [{ index: 0, content: `Answer: ${number}`, finishReason: 'stop' as const }], modelUsage };
    },
  });
  return ai as unknown as AxAIService;
}

/** Three objectives; every seventh example raises. */
function metric({ prediction, example }: { readonly prediction: unknown; readonly example: Example }) {
  if (example.number % 7 === 0) throw new RangeError(`no verdict on ${example.number}`);
  const right = Number((prediction as { answer?: unknown }).answer) === example.number ? 1 : 0;
  const scores = { right, small: example.number < 100 ? 1 : 0, share: example.number / EXAMPLES };
  return { score: right, scores, feedback: `it was ${example.number}` };
}

const evaluate = () =>
  new Evaluate({ devset, metric, numThreads: WORKERS, maxErrors: EXAMPLES }).evaluate(
    new AxGen<{ question: string }, { answer: number }>('question:string -> answer:number'),
    { ai: service() },
  );

describe('traces on a real MLflow server', function () {
  this.timeout(180_000);
  let server: MlflowServer;
  let reader: Reader;

  before(async () => {
    server = await sharedServer();
    reader = new Reader(server.uri);
  });

  describe(`of ${EXAMPLES} examples with ${WORKERS} at once, three objectives and a metric that throws on every seventh`, () => {
    let found: readonly Traced[];
    let runId: string;

    before(async () => {
      const experiment = newExperiment('many at once');
      const untracked = await evaluate();
      const { result, warnings } = await trackLive({ uri: server.uri, experiment }, { logEvals: true }, evaluate);
      const plain = ({ score, results }: typeof untracked) => ({
        score,
        results: results.map(({ score: one, scores, feedback, error }) => ({
          one,
          scores,
          feedback,
          error: error?.message,
        })),
      });
      expect(plain(result), 'the evaluation itself').to.deep.equal(plain(untracked));
      expect(warnings).to.deep.equal([]);
      const [run] = await reader.dump(experiment);
      runId = run?.id ?? '';
      found = await reader.traces(experiment, { run_id: runId });
    });

    const numberOf = ({ tags }: Traced): number => Number(tags['ax_autolog.index']);

    it('are all there, one an example, on the run of the evaluation', () => {
      expect(found.map(numberOf).sort((a, b) => a - b)).to.deep.equal(devset.map(({ number }) => number));
      expect(new Set(found.map(({ run }) => run))).to.deep.equal(new Set([runId]));
    });

    it('have each their own example, prediction and messages', () => {
      for (const trace of found) {
        const [number, [root]] = [numberOf(trace), trace.spans];
        expect(root?.inputs, `inputs of ${number}`).to.include({ question: `What is number ${number}?` });
        expect(root?.outputs, `outputs of ${number}`).to.deep.equal({ answer: number });
        const chats = trace.spans.filter(({ type }) => type === 'CHAT_MODEL');
        expect(chats.length).to.equal(1);
        expect(JSON.stringify(chats[0]?.inputs)).to.include(`number ${number}?`);
        expect(JSON.stringify(chats[0]?.outputs)).to.include(`Answer: ${number}"`);
        expect(trace.state).to.equal('OK');
        expect(trace.tokens).to.include({ input_tokens: 10, output_tokens: 2, total_tokens: 12 });
      }
    });

    it('have each their own assessments: value and objectives, or the error', () => {
      for (const { assessments, ...trace } of found) {
        const number = numberOf({ assessments, ...trace });
        const said = assessments.map(({ name, value, error, rationale }) => ({ name, value, error, rationale }));
        const raised = { code: 'RangeError', message: `example ${number}: the metric failed: no verdict on ${number}` };
        const none = { error: null, rationale: null };
        const expected =
          number % 7 === 0
            ? [{ name: 'metric', value: null, error: raised, rationale: null }]
            : [
                { name: 'metric', value: 1, error: null, rationale: `it was ${number}` },
                { name: 'right', value: 1, ...none },
                { name: 'share', value: number / EXAMPLES, ...none },
                { name: 'small', value: number < 100 ? 1 : 0, ...none },
              ];
        expect(said, String(number)).to.deep.equal(expected);
        for (const { metadata, source } of assessments) {
          expect(metadata['mlflow.assessment.sourceRunId']).to.equal(runId);
          expect(source[0]).to.equal('CODE');
        }
      }
    });

    it('are found by their score', async () => {
      const experiment = newExperiment('found');
      await trackLive({ uri: server.uri, experiment }, { logEvals: true }, evaluate);
      const small = await reader.traces(experiment, { filter: 'feedback.share < 0.05' });
      expect(small.map(numberOf).sort((a, b) => a - b)).to.deep.equal([1, 2, 3, 4, 5, 6, 8, 9]);
    });
  });

  describe('of values that are hard to keep', () => {
    const cyclic: Record<string, unknown> = { name: 'cycle' };
    cyclic['self'] = cyclic;
    const HARD: Readonly<Record<string, unknown>> = {
      'ten megabytes': 'x'.repeat(10_000_000),
      'a cycle': cyclic,
      'a lone surrogate': 'a\uD800b',
      'a NUL': 'a\0b',
      'an image': { mimeType: 'image/png', data: Buffer.alloc(100_000, 7).toString('base64') },
      bytes: new Uint8Array(100_000),
      'a text that is JSON': '{"a":1}',
      'very deep': Array.from({ length: 500 }).reduce((inner) => [inner], 'bottom'),
    };

    for (const [what, value] of Object.entries(HARD)) {
      it(`${what}: are there, or cut with a mark, and nothing is refused`, async () => {
        const experiment = newExperiment('hard');
        const program = { forward: async () => ({ given: value }) };
        const { result, warnings } = await trackLive({ uri: server.uri, experiment }, { logEvals: true }, () =>
          new Evaluate({
            devset: [{ value }],
            metric: () => ({ score: 1, feedback: String(value).slice(0, 100_000) }),
          }).evaluate(program),
        );
        expect(result.score).to.equal(1);
        expect(warnings).to.deep.equal([]);
        const [trace, ...others] = await reader.traces(experiment);
        expect(others).to.deep.equal([]);
        expect(trace?.assessments[0]?.value).to.equal(1);
        const text = JSON.stringify(trace?.spans[0]?.outputs);
        expect(text.length).to.be.within(5, 1_000_100);
        if (what === 'ten megabytes') expect(text).to.match(/10000000 characters/);
        if (what === 'a text that is JSON') expect(trace?.spans[0]?.outputs).to.deep.equal({ given: '{"a":1}' });
      });
    }
  });
});
