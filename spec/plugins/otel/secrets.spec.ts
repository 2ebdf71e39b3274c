import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxAIOpenAI, ax, axGlobals } from '@ax-llm/ax';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Evaluate } from '../../../lib/index.js';
import { flush } from '../../../lib/setup/shutdown.js';
import { resetWarnings } from '../../../lib/support/warnings.js';
import { otel } from '../../../plugins/otel/index.js';
import { startTracking, type Tracking } from '../../fixtures/tracking.js';
import { type Collector, collector } from './support/collector.js';
import { keeping } from './support/exporters.js';
import { answering } from './support/openai.js';
import { type Sdk, sdk, withContextManager } from './support/sdk.js';

/** No built-in pattern knows it: it is found because it is the service's key. */
const API_KEY = 'zebra/47+crossing=quietly';
const TOKEN = `sk-${'a1B2c3D4'.repeat(6)}`;
const HEADER = 'quiet-header-of-the-collector';

describe('otel, secrets', () => {
  let seen: Sdk;
  let removeManager: () => void;
  let tracking: Tracking | undefined;
  let receiver: Collector | undefined;

  beforeEach(() => {
    seen = sdk();
    removeManager = withContextManager();
  });

  afterEach(async () => {
    axGlobals.tracer = undefined;
    await tracking?.stop();
    await receiver?.close();
    removeManager();
  });

  it('a key in messages, answers, errors and feedback is in no span', async () => {
    const exporter = keeping();
    tracking = startTracking({
      logEvals: true,
      sinks: [otel({ tracerProvider: seen.provider }), otel({ exporter, name: 'exported' })],
    });
    const server = await answering((body) => `Answer: ${body.includes('number 2') ? '' : `it is ${API_KEY}`}`);
    const ai = new AxAIOpenAI({ apiKey: API_KEY, apiURL: server.url, config: { model: 'm' as never, stream: false } });
    const devset = [1, 2, 3].map((n) => ({ question: `number ${n}, ${TOKEN}?`, answer: API_KEY }));
    const metric = ({ prediction }: { prediction: unknown }) => ({
      score: 1,
      feedback: `${TOKEN} ${JSON.stringify(prediction)}`,
    });
    const evaluate = new Evaluate({ devset, metric: metric as never, numThreads: 1 });
    await evaluate.evaluate(ax('question:string -> answer:string'), { ai });
    await server.close();
    await flush();
    for (const spans of [seen.spans, exporter.spans]) {
      const text = spans.map(({ name, attributes, events, status }) =>
        JSON.stringify({ name, attributes, events, status }),
      );
      expect(text.join()).to.include('number 3').and.include('chat m');
      for (const secret of [API_KEY, TOKEN]) expect(text.filter((span) => span.includes(secret))).to.deep.equal([]);
    }
  });

  it('headers and credentials for the receiver are in no event and no file', async () => {
    receiver = await collector();
    const dir = mkdtempSync(join(tmpdir(), 'otel-secrets-'));
    const url = receiver.url.replace('//', '//user:hidden-password@');
    resetWarnings();
    receiver.answers.push(401, 401, 401);
    tracking = startTracking({
      silent: true,
      journal: { dir },
      sinks: [otel({ url, headers: { authorization: HEADER } })],
    });
    const server = await answering(() => 'Answer: 7');
    const ai = new AxAIOpenAI({ apiKey: API_KEY, apiURL: server.url, config: { model: 'm' as never, stream: false } });
    await ax('question:string -> answer:string').forward(ai, { question: 'q' });
    await server.close();
    await flush();
    await tracking.seen.settled();
    expect(receiver.spans.length, 'it is asked again').to.be.greaterThan(0);
    await tracking.stop();
    const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name));
    const written = files.filter((path) => statSync(path).isFile()).map((path) => path + readFileSync(path, 'utf8'));
    const text = [...written, JSON.stringify(tracking.seen.events)].join('\n');
    expect(text).to.include('AXL_OTEL_EXPORT');
    for (const secret of [HEADER, 'hidden-password', API_KEY]) expect(text).to.not.include(secret);
    rmSync(dir, { recursive: true });
  });
});
