import type { IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { refusalOf } from '../../../plugins/report/serve/guard.js';

describe('who gets an answer of the live page’s server', () => {
  const refused = (port: number, headers: IncomingMessage['headers']) =>
    refusalOf({ method: 'GET', headers } as IncomingMessage, port)?.status ?? null;

  it('who came by its address: on port 80 browsers leave the port out', () => {
    expect(refused(80, { host: '127.0.0.1' })).to.equal(null);
    expect(refused(80, { host: 'localhost', origin: 'http://localhost' })).to.equal(null);
    expect(refused(80, { host: 'evil.example' })).to.equal(403);
    expect(refused(80, { host: '127.0.0.1', origin: 'http://evil.example' })).to.equal(403);
    expect(refused(7317, { host: '127.0.0.1' })).to.equal(403);
  });
});
