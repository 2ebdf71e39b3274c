import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { EventType } from '../../../lib/contract/events.js';
import { EVENT_PLACES } from '../../../lib/record/places.js';
import { createRedactor, REDACTED } from '../../../lib/support/redact/redact.js';
import type { Places } from '../../../lib/support/snapshot/places.js';
import { snapshot, snapshotData } from '../../../lib/support/snapshot/snapshot.js';

const redactor = createRedactor();
const RANDOM = 'qK7mP2xQ9vR4tW8yZ3nB6cDf';

function recorded(type: EventType, data: object): unknown {
  return snapshotData(data, redactor, EVENT_PLACES[type] as Places);
}

describe('names of secrets', () => {
  const fields = { apiKey: 'plain', password: 'plain', token: 'plain', secret: 'plain' };
  const hidden = { apiKey: REDACTED, password: REDACTED, token: REDACTED, secret: REDACTED };

  it('hide values in the settings of an event', () => {
    expect(recorded('onRunStart', { params: fields, tags: fields, source: fields })).to.deep.equal({
      params: hidden,
      tags: hidden,
      source: hidden,
    });
    const start = {
      hyperparameters: fields,
      options: fields,
      lms: [{ name: 'student', settings: { headers: fields } }],
    };
    expect(recorded('onCompileStart', start)).to.deep.equal({
      hyperparameters: hidden,
      options: hidden,
      lms: [{ name: 'student', settings: { headers: hidden } }],
    });
    expect(recorded('onCompileEnd', { result: fields })).to.deep.equal({ result: hidden });
  });

  it('hide nothing in data', () => {
    const candidate = { id: '1', texts: fields, demos: [fields], state: fields, parents: [] };
    const data: [EventType, object][] = [
      ['onExampleEnd', { example: fields, prediction: fields }],
      ['onCompileStart', { trainset: { examples: [fields] }, valset: { examples: [fields] }, seed: candidate }],
      ['onCandidateProposed', { candidate, evidence: fields }],
      ['onCompileEnd', { best: { candidate, program: fields } }],
      ['onLog', { kind: 'artifact', path: 'a.json', content: fields }],
      ['onTraceEnd', { spans: [{ type: 'LLM', inputs: fields, outputs: fields }] }],
    ];
    for (const [type, value] of data) expect(recorded(type, value), type).to.deep.equal(value);
  });

  it('hide the model settings of a candidate', () => {
    expect(recorded('onTrialEnd', { candidate: { texts: fields, modelConfig: fields } })).to.deep.equal({
      candidate: { texts: fields, modelConfig: hidden },
    });
  });

  it('hide credentials that a tool is given, and headers, but not its other arguments', () => {
    const inputs = { query: 'weather', token: 'Paris', apiKey: RANDOM, headers: { Cookie: 'a', session: 'b' } };
    const spans = [
      { type: 'TOOL', inputs, attributes: { 'http.request.header.authorization': 'x', signature: 'a -> b' } },
    ];
    expect(recorded('onTraceEnd', { spans })).to.deep.equal({
      spans: [
        {
          type: 'TOOL',
          inputs: {
            query: 'weather',
            token: 'Paris',
            apiKey: REDACTED,
            headers: { Cookie: REDACTED, session: REDACTED },
          },
          attributes: { 'http.request.header.authorization': REDACTED, signature: 'a -> b' },
        },
      ],
    });
  });

  it('hide session ids and signatures in headers only', () => {
    const value = { session: 'a', sid: 'b', signature: 'c' };
    const found = { session: REDACTED, sid: REDACTED, signature: REDACTED };
    expect(snapshot({ ...value, headers: value, cookies: value }, redactor, 'settings')).to.deep.equal({
      ...{ ...value, headers: found },
      cookies: REDACTED,
    });
  });

  it('that are also ordinary words hide only what looks random', () => {
    for (const name of [
      'OPENAI_KEY',
      'GH_PAT',
      'JWT_KEY',
      'STRIPE_SK',
      'key',
      'salt',
      'tokens',
      'databaseUrl',
      'pin',
      'otp',
    ]) {
      expect(snapshot({ [name]: RANDOM }, redactor, 'settings'), name).to.deep.equal({ [name]: REDACTED });
      expect(snapshot({ [name]: 'word' }, redactor, 'settings'), name).to.deep.equal({ [name]: 'word' });
    }
    expect(snapshot({ pin: 1234, otp: '123456' }, redactor, 'settings')).to.deep.equal({
      pin: REDACTED,
      otp: REDACTED,
    });
  });

  it('of the user hide values everywhere', () => {
    const own = createRedactor({ keys: ['patientId'] });
    for (const place of ['settings', 'headers', 'data'] as const) {
      expect(snapshot({ list: [{ patientId: 'x' }] }, own, place)).to.deep.equal({ list: [{ patientId: REDACTED }] });
    }
  });
});

describe('redact.allow', () => {
  it('keeps names and values, by text and by expression', () => {
    const own = createRedactor({ allow: ['api_key', 'sk-abcdefghijklmnop1234', /^ghp_demo/] });
    const value = { apiKey: 'a', password: 'b', text: 'sk-abcdefghijklmnop1234 ghp_demo0123456789abcdefghij' };
    expect(snapshot(value, own, 'settings')).to.deep.equal({ ...value, password: REDACTED });
    expect(own.text('api_key=abc12345 sk-zbcdefghijklmnop1234')).to.equal(`api_key=abc12345 ${REDACTED}`);
    own.learn('sk-abcdefghijklmnop1234');
    expect(own.text('sk-abcdefghijklmnop1234')).to.equal('sk-abcdefghijklmnop1234');
  });

  it('does not stop the user’s own patterns', () => {
    const own = createRedactor({ allow: ['emp-1234'], patterns: [/emp-\d+/] });
    expect(own.text('an emp-1234')).to.equal(`an ${REDACTED}`);
  });
});
