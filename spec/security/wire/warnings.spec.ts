import { expect } from 'chai';
import { afterEach, describe, it } from 'mocha';
import { autolog, type Sink } from '../../../lib/index.js';
import { flush, shutdown } from '../../../lib/setup/shutdown.js';
import { isLoopback } from '../../../lib/support/loopback.js';
import { resetWarnings } from '../../../lib/support/warnings.js';
import { recorder } from '../../../lib/testing.js';
import { type MlflowOptions, mlflow } from '../../../plugins/mlflow/index.js';
import { settingsFrom } from '../../../plugins/mlflow/options.js';
import { plainHttpWarning } from '../../../plugins/otel/exposure.js';
import { type OtelOptions, otel } from '../../../plugins/otel/index.js';

const TOKEN = 'token-that-no-message-shows';
const LOCAL = 'http://127.0.0.1:5000';
const AWAY = 'http://mlflow.test:5000';

const codesOf = (options: MlflowOptions, env: NodeJS.ProcessEnv = {}): readonly string[] =>
  settingsFrom(options, env).exposures.map(({ code }) => code);

describe('warnings about the wire', () => {
  const PLAIN = ['AXL_MLFLOW_PLAIN_HTTP'];
  const CASES: readonly (readonly [what: string, MlflowOptions, NodeJS.ProcessEnv, readonly string[]])[] = [
    ['a token over http', { trackingUri: AWAY, token: TOKEN }, {}, PLAIN],
    ['a token from the environment', { trackingUri: AWAY }, { MLFLOW_TRACKING_TOKEN: TOKEN }, PLAIN],
    ['a password over http', { trackingUri: AWAY, username: 'ada', password: TOKEN }, {}, PLAIN],
    ['a password in the address', { trackingUri: `http://ada:${TOKEN}@mlflow.test` }, {}, PLAIN],
    ['no credentials', { trackingUri: AWAY }, {}, []],
    ['a user name alone, which is not sent', { trackingUri: AWAY, username: 'ada' }, {}, []],
    ['a token over https', { trackingUri: 'https://mlflow.test', token: TOKEN }, {}, []],
    ['a token to this machine', { trackingUri: LOCAL, token: TOKEN }, {}, []],
    ['a token to localhost', { trackingUri: 'http://localhost:5000', token: TOKEN }, {}, []],
    ['a token to ::1', { trackingUri: 'http://[::1]:5000', token: TOKEN }, {}, []],
    ['a host that only looks local', { trackingUri: 'http://127.0.0.1.evil.test', token: TOKEN }, {}, PLAIN],
    ['a token to this machine by way of another', { trackingUri: LOCAL, token: TOKEN }, { HTTP_PROXY: AWAY }, PLAIN],
    [
      'a proxy that NO_PROXY excludes',
      { trackingUri: LOCAL, token: TOKEN },
      { HTTP_PROXY: AWAY, NO_PROXY: '127.0.0.1' },
      [],
    ],
    [
      'DATABRICKS_HOST with http://',
      { trackingUri: 'databricks' },
      { DATABRICKS_HOST: 'http://dbc.test', DATABRICKS_TOKEN: TOKEN },
      PLAIN,
    ],
    [
      'DATABRICKS_HOST with http:// on this machine',
      { trackingUri: 'databricks' },
      { DATABRICKS_HOST: LOCAL, DATABRICKS_TOKEN: TOKEN },
      PLAIN,
    ],
    [
      'DATABRICKS_HOST without a scheme',
      { trackingUri: 'databricks' },
      { DATABRICKS_HOST: 'dbc.test', DATABRICKS_TOKEN: TOKEN },
      [],
    ],
    [
      'an unchecked certificate',
      { trackingUri: 'https://mlflow.test', token: TOKEN },
      { MLFLOW_TRACKING_INSECURE_TLS: 'TRUE' },
      ['AXL_MLFLOW_INSECURE_TLS'],
    ],
    ['a checked certificate', { trackingUri: 'https://mlflow.test' }, { MLFLOW_TRACKING_INSECURE_TLS: 'false' }, []],
  ];
  for (const [what, options, env, codes] of CASES) {
    it(`${codes.length === 0 ? 'none' : codes.join()} for ${what}`, () => {
      expect(codesOf(options, env)).to.deep.equal(codes);
      for (const { message } of settingsFrom(options, env).exposures) expect(message).to.not.contain(TOKEN);
    });
  }

  it('tell this machine from others', () => {
    for (const host of [
      'localhost',
      'a.localhost',
      'LOCALHOST.',
      '127.0.0.1',
      [127, 9, 8, 7].join('.'),
      '[::1]',
      '::1',
    ]) {
      expect(isLoopback(host), host).to.equal(true);
    }
    expect(isLoopback(new URL('http://[::ffff:127.0.0.1]').hostname)).to.equal(true);
    expect(isLoopback(new URL('http://2130706433').hostname), 'written as a number').to.equal(true);
    for (const host of ['', 'example.com', 'localhost.evil.test', 'notlocalhost', '127.evil.test', '[::2]', '::']) {
      expect(isLoopback(host), host).to.equal(false);
    }
  });

  describe('in a process', () => {
    afterEach(async () => {
      await shutdown();
      resetWarnings();
    });

    for (const [code, make] of [
      ['AXL_MLFLOW_PLAIN_HTTP', () => mlflow({ trackingUri: AWAY, token: TOKEN })],
      ['AXL_OTEL_PLAIN_HTTP', () => otel({ url: `${AWAY}/v1/traces`, headers: { authorization: TOKEN } })],
    ] as const satisfies readonly (readonly [string, () => Sink])[]) {
      it(`${code} is reported once, however often it is set up`, async () => {
        resetWarnings();
        const seen = recorder();
        autolog({ journal: false, sinks: [seen] });
        await flush();
        for (let at = 0; at < 3; at += 1) autolog({ journal: false, sinks: [seen, make()] });
        await flush();
        const told = seen.of('onWarning').filter(({ data }) => data.code === code);
        expect(told).to.have.length(1);
        expect(JSON.stringify(told)).to.not.contain(TOKEN);
      });
    }
  });

  const OTEL: readonly (readonly [what: string, OtelOptions & { readonly url: string }, NodeJS.ProcessEnv, boolean])[] =
    [
      ['a header with a token', { url: AWAY, headers: { Authorization: TOKEN } }, {}, true],
      ['a header with a key', { url: AWAY, headers: { 'x-api-key': TOKEN } }, {}, true],
      ['a password in the address', { url: `http://ada:${TOKEN}@otel.test/v1/traces` }, {}, true],
      ['a header from the environment', { url: AWAY }, { OTEL_EXPORTER_OTLP_HEADERS: `a=b,api-key=${TOKEN}` }, true],
      ['a header without credentials', { url: AWAY, headers: { 'x-tenant': 'a' } }, {}, false],
      ['a token over https', { url: 'https://otel.test', headers: { authorization: TOKEN } }, {}, false],
      ['a token to this machine', { url: LOCAL, headers: { authorization: TOKEN } }, {}, false],
    ];
  for (const [what, { url, headers }, env, isWarned] of OTEL) {
    it(`${isWarned ? 'AXL_OTEL_PLAIN_HTTP' : 'none'} for ${what}, to a receiver of spans`, () => {
      const warning = plainHttpWarning(url, headers ?? {}, env);
      expect(warning !== null).to.equal(isWarned);
      expect(String(warning)).to.not.contain(TOKEN);
    });
  }
});
