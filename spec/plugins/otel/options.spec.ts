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
    [
      { tracerProvider: {} },
      "option 'tracerProvider' of otel() must be a TracerProvider (an object with getTracer()), got an empty object",
    ],
    [
      { exporter: { send: () => undefined } },
      "option 'exporter' of otel() must be a SpanExporter (an object with export()), got an object with send",
    ],
    [{ url: 'collector' }, "option 'url' of otel() must be the address of an OTLP receiver, got a string"],
    [{ url: URL, headers: { a: 1 } }, "option 'headers' of otel() must be an object of strings, got an object with a"],
    [
      { maxAttributeLength: 10 },
      "option 'maxAttributeLength' of otel() must be a number of characters from 256, got 10 (number)",
    ],
    [{ captureContent: 'no' }, "option 'captureContent' of otel() must be true or false, got 'no' (string)"],
    [{ name: '' }, "option 'name' of otel() must be a non-empty string, got '' (string)"],
    [{ endpoint: URL }, 'options of otel() must be among tracerProvider, exporter, url'],
    [
      { url: URL, exporter: keeping() },
      'must have at most one of tracerProvider, exporter and url, got exporter and url',
    ],
    [{ headers: { a: 'b' } }, "option 'headers' of otel() must be used with url"],
    [null, 'options of otel() must be an object, got null'],
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
