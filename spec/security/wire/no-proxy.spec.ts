import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isExcluded } from '../../../plugins/mlflow/client/wire/no-proxy.js';
import { proxyFor } from '../../../plugins/mlflow/client/wire/proxy.js';

/** An IPv4 address other than 127.0.0.1. */
const ip = (...parts: readonly number[]): string => parts.join('.');
const TEN = ip(10, 0, 0, 0);
const BLOCK = ip(10, 1, 2, 0);

/** Rules, an address, and what `should_bypass_proxies` of Python's requests (in MLflow 3.17.2's environment) says of them. */
const RULES: readonly (readonly [rules: string, address: string, isExcluded: boolean])[] = [
  ['*', 'http://example.com', true],
  ['a,*', 'http://example.com', false],
  ['example.com', 'http://example.com', true],
  ['example.com', 'http://a.example.com', true],
  ['example.com', 'http://badexample.com', false],
  ['.example.com', 'http://example.com', true],
  ['.example.com', 'http://a.example.com', true],
  ['EXAMPLE.com', 'http://example.com', true],
  ['example.com:8443', 'https://example.com:8443', true],
  ['example.com:8443', 'https://example.com', false],
  ['example.com:8443', 'https://a.example.com:8443', true],
  ['com', 'http://example.com', true],
  ['other.org, example.com', 'http://example.com', true],
  ['', 'http://example.com', false],
  [',', 'http://example.com', false],
  ['localhost', 'http://localhost:5000', true],
  ['localhost', 'http://127.0.0.1:5000', false],
  ['127.0.0.1', 'http://127.0.0.1:5000', true],
  ['127.0.0.1/8', `http://${ip(127, 200, 1, 2)}`, true],
  [`${TEN}/8`, `http://${ip(10, 9, 8, 7)}`, true],
  [`${TEN}/8`, `http://${ip(11, 0, 0, 1)}`, false],
  [`${BLOCK}/24`, `http://${ip(10, 1, 2, 255)}`, true],
  [`${BLOCK}/24`, `http://${ip(10, 1, 3, 0)}`, false],
  [`${ip(10, 0, 0, 1)}/32`, `http://${ip(10, 0, 0, 1)}`, true],
  [`${TEN}/0`, `http://${ip(10, 0, 0, 1)}`, false],
  [`${TEN}/33`, `http://${ip(10, 0, 0, 1)}`, false],
  ['::1', 'http://[::1]:5000', true],
  [`${TEN}/8`, 'http://example.com', false],
  ['*.example.com', 'http://a.example.com', false],
];

describe('NO_PROXY', () => {
  for (const [rules, address, excluded] of RULES) {
    it(`'${rules}' ${excluded ? 'excludes' : 'does not exclude'} ${address}, as in Python`, () => {
      expect(isExcluded(new URL(address), rules)).to.equal(excluded);
    });
  }

  it('may have a port after an IPv4 address, other than in Python', () => {
    expect(isExcluded(new URL('http://127.0.0.1:5000'), '127.0.0.1:5000')).to.equal(true);
    expect(isExcluded(new URL('http://127.0.0.1:5001'), '127.0.0.1:5000')).to.equal(false);
  });
});

describe('the proxy for an address', () => {
  const HTTP = new URL('http://mlflow.test:5000');
  const HTTPS = new URL('https://mlflow.test');
  const hostOf = (url: URL, env: NodeJS.ProcessEnv): string | undefined => proxyFor(url, env)?.url?.host;

  it('goes by the scheme, then by ALL_PROXY', () => {
    const env = { HTTP_PROXY: 'http://plain.test:1', HTTPS_PROXY: 'http://tls.test:2', ALL_PROXY: 'http://all.test:3' };
    expect(hostOf(HTTP, env)).to.equal('plain.test:1');
    expect(hostOf(HTTPS, env)).to.equal('tls.test:2');
    expect(hostOf(HTTPS, { HTTP_PROXY: 'http://plain.test:1', ALL_PROXY: 'http://all.test:3' })).to.equal('all.test:3');
    expect(proxyFor(HTTPS, { HTTP_PROXY: 'http://plain.test:1' })).to.equal(null);
    expect(proxyFor(HTTP, {})).to.equal(null);
  });

  it('is that of the name in small letters, and none if that is empty', () => {
    const env = { HTTP_PROXY: 'http://large.test:1', http_proxy: 'http://small.test:2' };
    expect(hostOf(HTTP, env)).to.equal('small.test:2');
    expect(proxyFor(HTTP, { ...env, http_proxy: '' })).to.equal(null);
    expect(proxyFor(HTTP, { ...env, no_proxy: 'mlflow.test', NO_PROXY: 'other.test' })).to.equal(null);
  });

  it('may be written without http://', () => {
    expect(hostOf(HTTP, { HTTP_PROXY: 'proxy.test:3128' })).to.equal('proxy.test:3128');
    expect(hostOf(HTTP, { HTTP_PROXY: 'ada:pass@proxy.test:3128' })).to.equal('proxy.test:3128');
  });

  it('is not what a client of a CGI script sets', () => {
    expect(proxyFor(HTTP, { HTTP_PROXY: 'http://evil.test:1', REQUEST_METHOD: 'GET' })).to.equal(null);
    expect(hostOf(HTTP, { http_proxy: 'http://proxy.test:1', REQUEST_METHOD: 'GET' })).to.equal('proxy.test:1');
  });

  it('has its credentials decoded, and apart from its address', () => {
    const proxy = proxyFor(HTTP, { HTTP_PROXY: 'http://ada:p%40ss%25@proxy.test:3128' });
    expect(proxy?.url?.href).to.equal('http://proxy.test:3128/');
    expect(proxy?.authorization).to.equal(`Basic ${Buffer.from('ada:p@ss%').toString('base64')}`);
    expect(proxy?.secrets).to.include('p@ss%');
    expect(proxyFor(HTTP, { HTTP_PROXY: 'http://ada:100%@proxy.test:1' })?.secrets).to.include('100%');
  });

  it('cannot be one of another kind', () => {
    for (const address of ['socks5://ada:secret@proxy.test:1080', 'http://', 'ftp://proxy.test', 'http://a b']) {
      const proxy = proxyFor(HTTP, { ALL_PROXY: address });
      expect(proxy, address).to.include({ url: null, variable: 'ALL_PROXY' });
    }
  });
});
