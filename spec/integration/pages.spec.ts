import { type AxAIService, AxGen, AxMockAIService } from '@ax-llm/ax';
import { Evaluate } from 'ax-autolog';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../fixtures/browser.js';
import { newExperiment } from './support/processes.js';
import { Reader } from './support/reader.js';
import { type MlflowServer, sharedServer } from './support/server.js';
import { trackLive } from './support/tracking.js';

const devset = [
  { question: 'How many legs has a spider?', answer: 8 },
  { question: 'How many legs has a bee?', answer: 6 },
  { question: 'How many legs has a snake?', answer: 0 },
];

function service(): AxAIService {
  const ai = new AxMockAIService<string>({
    name: 'zoologist',
    modelInfo: { name: 'zoologist-1' } as never,
    features: { functions: false, streaming: false },
    chatResponse: {
      results: [{ index: 0, content: 'Answer: 8', finishReason: 'stop' }],
      modelUsage: {
        ai: 'zoologist',
        model: 'zoologist-1',
        tokens: { promptTokens: 321, completionTokens: 4, totalTokens: 325 },
      },
    },
  });
  return ai as unknown as AxAIService;
}

function legs({
  prediction,
  example,
}: {
  readonly prediction: unknown;
  readonly example: { readonly answer: number };
}) {
  if (example.answer === 0) throw new Error('a snake has no legs to count');
  const isRight = (prediction as { answer?: unknown }).answer === example.answer;
  return { score: isRight ? 1 : 0.25, feedback: isRight ? 'right, eight' : 'no, six' };
}

/** The pages of MLflow itself, as its users see them. */
describe('MLflow’s pages of an evaluation', function () {
  this.timeout(180_000);
  let browser: Browser;
  let page: Page;
  let address: string;
  let runId: string;
  let traceId: string;

  before(async () => {
    browser = await openBrowser();
    const server: MlflowServer = await sharedServer();
    const reader = new Reader(server.uri);
    const experiment = newExperiment('pages');
    await trackLive({ uri: server.uri, experiment }, { logEvals: true }, () =>
      new Evaluate({ devset, metric: legs }).evaluate(
        new AxGen<{ question: string }, { answer: number }>('question:string -> answer:number'),
        { ai: service() },
      ),
    );
    const query = `experiment_name=${encodeURIComponent(experiment)}`;
    const answer = await fetch(`${server.uri}/api/2.0/mlflow/experiments/get-by-name?${query}`);
    const found = (await answer.json()) as { experiment: { experiment_id: string } };
    address = `${server.uri}/#/experiments/${found.experiment.experiment_id}`;
    runId = (await reader.dump(experiment))[0]?.id ?? '';
    traceId = (await reader.traces(experiment)).find(({ tags }) => tags['ax_autolog.index'] === '0')?.id ?? '';
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    page.setDefaultTimeout(60_000);
  });
  after(() => browser?.close());

  const open = async (path: string): Promise<void> => {
    await page.goto(`${address}${path}`);
    await page.reload();
  };
  const shows = (text: string | RegExp, exact = false): Promise<void> =>
    page.getByText(text, { exact }).first().waitFor();

  it('list its traces with their scores', async () => {
    await open(`/runs/${runId}/traces`);
    for (const { question } of devset) await shows(new RegExp(question.replace('?', '')));
    await shows('legs', true);
    await shows('0.25', true);
    await shows('Error', true);
    await shows('325', true);
  });

  it('list it among the evaluation runs, with its dataset', async () => {
    await open('/evaluation-runs');
    await shows('eval', true);
    await shows('devset');
  });

  it('show the spans of a trace as a tree, and its feedback', async () => {
    await open('/traces');
    // What it introduces to a new user lies over everything else.
    await page.getByRole('button', { name: 'Got it' }).click();
    await open(`/traces?traceId=${traceId}`);
    for (const name of ['AxGen.forward', 'chat zoologist-1', 'AxGen.parse']) await shows(name);
    await shows('325 tokens');
    await page.locator('[data-component-id="shared.model-trace-explorer.assessments-pane-toggle"]').click();
    await shows('Feedback (1)');
    await shows('legs', true);
  });

  it('show the call of the model as a chat', async () => {
    await page.getByText('chat zoologist-1').first().click();
    for (const role of ['System', 'User', 'Assistant']) await shows(role, true);
    await shows('Question: How many legs has a spider?');
    await shows('Answer: 8');
    expect(await page.getByText('zoologist-1').count()).to.be.greaterThan(1);
  });
});
