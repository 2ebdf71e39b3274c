import { expect } from 'chai';
import { describe, it } from 'mocha';
import { learnEnvironment } from '../../../lib/support/redact/environment.js';
import { createRedactor } from '../../../lib/support/redact/redact.js';
import { secretShapes } from '../../fixtures/secrets.js';

const CORE = 'eK7mP2xQ9vR4tW8yZ3nB6cD';
const HEX = '9f86d081884c7d659a2feaa0c55ad015';

/** Returns whether a text with the value is changed by a redactor that knows the environment. */
function isHidden(name: string, value: string, core = value): boolean {
  const redactor = createRedactor();
  learnEnvironment(redactor, { [name]: value });
  return !redactor.text(`the words ${core} and more`).includes(core);
}

describe('values of the environment', () => {
  const names = [
    ...['OPENAI_API_KEY', 'OPENAI_KEY', 'DB_PASS', 'PGPASSWORD', 'GH_PAT', 'MLFLOW_TRACKING_TOKEN', 'MY_SECRET'],
    ...['STRIPE_SK', 'AWS_SECRET_ACCESS_KEY', 'ENCRYPTION_KEY', 'SIGNING_KEY', 'JWT_KEY', 'DEEPGRAM_KEY', 'REDIS_AUTH'],
    ...['APP_PSK', 'LICENSE_KEY', 'STORAGE_SAS', 'AZURE_ACCOUNT_KEY', 'SESSION_SALT', 'ADMIN_PASSCODE'],
  ];
  for (const name of names) {
    it(`are learned from ${name}`, () => {
      expect(isHidden(name, CORE)).to.equal(true);
      if (name.endsWith('KEY')) expect(isHidden(name, HEX)).to.equal(true);
    });
  }

  it('are the passwords of addresses, the paths of webhooks and the values of headers', () => {
    const values: [name: string, value: string][] = [
      ['DATABASE_URL', `postgres://u:${CORE}@h/x`],
      ['ANYTHING', `redis://:${CORE}@cache:6379`],
      ['SENTRY_DSN', `https://${HEX}@o1.example/1`],
      ['SLACK_WEBHOOK', `https://hooks.example/x/${CORE}`],
      ['OTEL_EXPORTER_OTLP_HEADERS', `authorization=Bearer%20${CORE},x-a=b`],
    ];
    for (const [name, value] of values) {
      expect(isHidden(name, value, value.includes(CORE) ? CORE : HEX), name).to.equal(true);
    }
  });

  it('are not words, paths, addresses, numbers or names of models that occur in prompts', () => {
    const innocent: [name: string, value: string][] = [
      ...['development', 'production', 'disabled', 'none', 'true', 'password', 'administrator', 'change-me-please'].map(
        (value): [string, string] => ['SECRET', value],
      ),
      ['AUTH', 'disabled-for-now'],
      ['TOKEN', 'none-at-all'],
      ['API_TOKEN', '/run/secrets/api_token'],
      ['DB_PASSWORD', './secrets/db.txt'],
      ['GITHUB_TOKEN', 'C:\\secrets\\token.txt'],
      ['AUTH_TOKEN', 'claude-3-5-sonnet-20241022'],
      ['MY_SECRET', 'gpt-4o-mini-2024-07-18'],
      ['OPENAI_KEY', 'not-needed-here'],
      ['DATABASE_URL', 'postgres://localhost:5432/app'],
      ['SECRET_URL', 'https://example.org/login'],
      ['PASSWORD', '12345678'],
      ['MAX_TOKENS', '20000000'],
      ['HOME', '/home/someone'],
      ['SECRET', 'the quick fox'],
    ];
    for (const [name, value] of innocent) expect(isHidden(name, value), `${name}=${value}`).to.equal(false);
  });

  it('are learned however they are generated', () => {
    const tokens = secretShapes(7).filter(({ name }) => /^(?:openai|gemini|groq|mistral|deepgram)/.test(name));
    expect(tokens).to.not.have.length(0);
    for (const { core } of tokens) expect(isHidden('SERVICE_API_KEY', core)).to.equal(true);
  });
});
