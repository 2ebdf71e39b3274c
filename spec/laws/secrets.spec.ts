import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { AxAIOpenAI, AxGEPA, ax } from '@ax-llm/ax';
import { Evaluate, startRun } from 'ax-autolog';
import { consoleSink } from 'ax-autolog/plugins/console';
import { files } from 'ax-autolog/plugins/files';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startTracking, type Tracking } from '../fixtures/tracking.js';

/** No built-in pattern knows it: it is found because it is the service's key, or stands under a key's name. */
const API_KEY = 'zebra/47+crossing=quietly';
const NAMED = 'walrus-under-a-telling-name';
const TOKEN = `sk-${'a1B2c3D4'.repeat(6)}`;
const ALL = [API_KEY, NAMED, TOKEN, encodeURIComponent(API_KEY), Buffer.from(`user:${NAMED}`).toString('base64')];

/** A loopback stand-in for a provider that answers, and sometimes refuses with the key in its message. */
function provider(): Server {
  let calls = 0;
  return createServer((request, response) => {
    request.resume().on('end', () => {
      calls += 1;
      response.setHeader('content-type', 'application/json');
      if (calls % 4 === 0) {
        response.statusCode = 401;
        response.end(
          JSON.stringify({ error: { message: `the key ${API_KEY} is not allowed, nor is Bearer ${TOKEN}` } }),
        );
        return;
      }
      response.end(
        JSON.stringify({
          id: '1',
          object: 'chat.completion',
          created: 1,
          model: 'm',
          choices: [
            { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: `Answer: ${calls} ${API_KEY}` } },
          ],
          usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
        }),
      );
    });
  });
}

function everyFile(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => join(dir, name))
    .filter((path) => statSync(path).isFile());
}

describe('secrets stay home', function () {
  this.timeout(60_000);
  let tracking: Tracking;
  let server: Server;
  let printed: string;

  beforeEach(async () => {
    printed = '';
    const stream = new Writable({
      write(chunk, _encoding, done) {
        printed += chunk;
        done();
      },
    });
    tracking = startTracking({
      logCompiles: true,
      logEvals: true,
      sinks: [files(), consoleSink({ stream: stream as unknown as NodeJS.WriteStream, level: 'debug' })],
      redact: { keys: ['shoeSize'] },
    });
    server = provider();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    await tracking.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('a key in a service, header, option, dataset field, param, artifact or error is in no file and no line', async () => {
    const { port } = server.address() as AddressInfo;
    const ai = new AxAIOpenAI({
      apiKey: API_KEY,
      apiURL: `http://127.0.0.1:${port}/v1`,
      config: { model: 'm' as never, stream: false },
      options: { retry: { maxRetries: 0 } } as never,
    });
    const program = ax('question:string -> answer:string');
    program.setInstruction('Answer.');
    const examples = Array.from({ length: 6 }, (_, n) => ({
      question: `q ${n}`,
      answer: `${n}`,
      nested: { Authorization: `Basic ${Buffer.from(`user:${NAMED}`).toString('base64')}`, note: `see ${TOKEN}` },
      shoeSize: NAMED,
    }));
    await startRun(
      { runName: 'secrets', params: { apiKey: NAMED, url: `https://user:${NAMED}@127.0.0.1/` } },
      async (run) => {
        run.logParam('headers', { 'x-api-key': NAMED, cookie: `session=${NAMED}` });
        run.setTag('token', `Bearer ${TOKEN}`);
        const gepa = new AxGEPA({
          studentAI: ai,
          numTrials: 2,
          minibatchSize: 3,
          customLabels: { apiKey: NAMED },
        } as never);
        await gepa.compile(
          program,
          examples as never,
          () => {
            if (Math.random() < 0.5) throw new Error(`metric failed with ${API_KEY}`, { cause: new Error(TOKEN) });
            return 1;
          },
          { maxMetricCalls: 20, apiKey: NAMED } as never,
        );
        run.logArtifact('notes.txt', `never print ${API_KEY} or ${TOKEN}`);
        await new Evaluate({ devset: examples, metric: () => 1, maxErrors: 100 }).evaluate(program, {
          ai,
          forwardOptions: { headers: { authorization: `Bearer ${API_KEY}` } },
        } as never);
      },
    ).catch((error: unknown) => {
      throw new Error(`the run itself failed: ${error}`);
    });
    await tracking.seen.settled();

    const paths = everyFile(tracking.dir);
    const text = paths.map((path) => readFileSync(path, 'utf8'));
    expect(paths.length).to.be.greaterThan(10);
    expect(printed.length).to.be.greaterThan(1000);
    expect(text.join('')).to.contain('[REDACTED]');
    for (const secret of ALL) {
      for (const [i, content] of text.entries())
        expect(content.includes(secret), `${secret} in ${paths[i]}`).to.equal(false);
      expect(printed.includes(secret), `${secret} on the console`).to.equal(false);
      expect(JSON.stringify(tracking.seen.events).includes(secret), `${secret} in an event`).to.equal(false);
    }
    for (const path of paths) for (const secret of ALL) expect(path.includes(secret)).to.equal(false);
  });
});
