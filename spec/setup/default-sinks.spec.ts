import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { defaultSinkNames, deliveryOf, loadSink } from '../../lib/setup/builtin-sinks.js';

describe('default sinks', () => {
  const before = process.env.MLFLOW_TRACKING_URI;

  beforeEach(() => {
    delete process.env.MLFLOW_TRACKING_URI;
  });

  afterEach(() => {
    if (before === undefined) delete process.env.MLFLOW_TRACKING_URI;
    else process.env.MLFLOW_TRACKING_URI = before;
  });

  it('are files, unless MLFLOW_TRACKING_URI names a server', () => {
    expect(defaultSinkNames()).to.include('files').and.not.to.include('mlflow');
    process.env.MLFLOW_TRACKING_URI = 'http://127.0.0.1:5000';
    expect(defaultSinkNames()).to.include('mlflow').and.not.to.include('files');
  });

  it('are not OpenTelemetry because the environment names a collector', () => {
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:4318';
    expect(defaultSinkNames()).to.not.include('otel');
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  });

  it('load OpenTelemetry by name as a sink that is fed as things happen', async () => {
    const sink = await loadSink('otel');
    expect(sink.name).to.equal('otel');
    expect(sink.delivery ?? 'live').to.equal(deliveryOf('otel'));
  });

  it('load MLflow as a sink that is fed from the journal', async () => {
    process.env.MLFLOW_TRACKING_URI = 'http://127.0.0.1:5000';
    const sink = await loadSink('mlflow');
    expect(sink).to.include({ name: 'mlflow', delivery: 'journal', target: 'mlflow:http://127.0.0.1:5000#Default' });
    sink.close?.();
  });
});
