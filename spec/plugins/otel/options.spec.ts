import * as api from '@opentelemetry/api';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AutologError } from '../../../lib/contract/errors.js';
import { type OtelOptions, otel } from '../../../plugins/otel/index.js';
import { settingsFrom } from '../../../plugins/otel/options.js';
import { keeping } from './support/exporters.js';

const URL = 'http://127.0.0.1:4318/v1/traces';

describe('otel, options', () => {
  for (const [given, said] of [
    [{ tracerProvider: {} }, 'tracerProvider came as another object; expected a TracerProvider'],
    [{ exporter: { send: () => undefined } }, 'exporter came as another object; expected a SpanExporter'],
    [{ url: 'collector' }, 'url came as a string; expected the address'],
    [{ url: URL, headers: { a: 1 } }, 'headers came as another object; expected an object of texts'],
    [{ maxAttributeLength: 10 }, 'maxAttributeLength came as 10; expected a number of characters, at least 256'],
    [{ captureContent: 'no' }, 'captureContent came as a string; expected true or false'],
    [{ name: '' }, 'name came as a string; expected a text'],
    [{ endpoint: URL }, "there is no option 'endpoint'; expected tracerProvider, exporter, url"],
    [{ url: URL, exporter: keeping() }, 'exporter and url came together; expected one of them'],
    [{ headers: { a: 'b' } }, 'headers came without url'],
    [null, 'options came as object; expected an object'],
  ] as const) {
    it(`refuses ${JSON.stringify(given)}: ${said}`, () => {
      expect(() => otel(given as OtelOptions))
        .to.throw(AutologError, said)
        .with.property('code', 'AXL_BAD_OPTIONS');
    });
  }

  it('shows no text of an option in the error: it may be a credential', () => {
    expect(() => otel({ url: 'my-secret-token' })).to.throw(AutologError, /^(?!.*my-secret-token)/);
  });

  it('has defaults', () => {
    expect(settingsFrom({}, {})).to.deep.equal({
      name: 'otel',
      mapping: { captureContent: true, openInference: true, maxAttributeLength: 32_768 },
      maxOpenTraces: 2_000,
      timeoutMs: 30_000,
      resource: { 'service.name': 'ax-autolog' },
    });
    expect(settingsFrom({}, { OTEL_SERVICE_NAME: 'tutor' }).resource).to.deep.equal({ 'service.name': 'tutor' });
  });

  it('is fed live with a provider, from the journal with an exporter or an address', () => {
    expect(otel().delivery ?? 'live').to.equal('live');
    expect(otel({ exporter: keeping() }).delivery).to.equal('journal');
    expect(otel({ url: URL }).delivery).to.equal('journal');
  });

  it('takes the API as a module', () => {
    expect(otel({ api }).name).to.equal('otel');
  });
});
