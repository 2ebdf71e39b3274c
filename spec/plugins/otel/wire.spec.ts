import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { otel } from '../../../plugins/otel/index.js';
import { handBatch } from '../../fixtures/hand-batch.js';
import { type Collector, collector } from './support/collector.js';
import { tracedRun } from './support/traces.js';

describe('otel, the wire', () => {
  const servers: Server[] = [];
  let receiver: Collector | undefined;

  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await receiver?.close();
    receiver = undefined;
  });

  /** Starts a server and returns its address and the number of its requests. */
  async function start(answer: RequestListener): Promise<{ readonly url: string; readonly requests: () => number }> {
    let requests = 0;
    const server = createServer((request, response) => {
      requests += 1;
      request.resume().once('end', () => answer(request, response));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
    return { url, requests: () => requests };
  }

  async function failureOf(url: string): Promise<Error & { readonly code?: string }> {
    const sink = otel({ url, timeoutMs: 2_000, headers: { authorization: 'Bearer secret-of-the-receiver' } });
    try {
      await handBatch(sink, tracedRun('run-a'), { runDir: null, runId: 'run-a' });
    } catch (error) {
      return error as Error;
    }
    throw new Error('expected a rejection');
  }

  for (const status of [301, 302, 303, 307, 308]) {
    for (const where of ['another origin', 'the same origin']) {
      it(`does not follow ${status} to ${where}, so that the batch comes again`, async () => {
        receiver = await collector();
        const away = receiver.url;
        const redirecting = await start((_request, response) => {
          response.writeHead(status, { location: where === 'the same origin' ? '/other' : away }).end();
        });
        const error = await failureOf(redirecting.url);
        expect(error.code).to.equal('AXL_OTEL_EXPORT');
        expect(error.message).to.contain(`${status}: the receiver redirects`).and.to.contain('Set url');
        expect(error.message).to.not.contain('secret-of-the-receiver');
        expect(receiver.requests).to.deep.equal([]);
        expect(redirecting.requests()).to.equal(1);
      });
    }
  }

  it('stops reading an answer without an end', async () => {
    let sent = 0;
    const endless = await start((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf' });
      const chunk = Buffer.alloc(65_536);
      const next = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.byteLength;
      };
      response.on('drain', next);
      next();
    });
    expect((await failureOf(endless.url)).code).to.equal('AXL_OTEL_EXPORT');
    expect(sent).to.be.lessThan(64 * 1_024 * 1_024);
  });

  it('gives up on an answer that never comes after the time limit', async () => {
    const silent = await start(() => undefined);
    const started = Date.now();
    expect((await failureOf(silent.url)).code).to.equal('AXL_OTEL_EXPORT');
    expect(Date.now() - started).to.be.lessThan(10_000);
  });
});
