import { expect } from 'chai';
import { describe, it } from 'mocha';
import { AutologError } from '../../../lib/contract/errors.js';
import { credentialsFrom } from '../../../plugins/mlflow/client/credentials.js';
import { type MlflowOptions, settingsFrom } from '../../../plugins/mlflow/options.js';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof AutologError) return error.code;
  }
  return 'no coded error';
}

describe('MLflow options', () => {
  const uri = { MLFLOW_TRACKING_URI: 'http://127.0.0.1:5000/' };

  it('takes everything from the environment, as MLflow does', () => {
    const env = {
      ...uri,
      MLFLOW_EXPERIMENT_NAME: 'gsm8k',
      MLFLOW_RUN_ID: 'abc',
      MLFLOW_TRACKING_USERNAME: 'ada',
      MLFLOW_TRACKING_PASSWORD: 'pw',
      MLFLOW_HTTP_REQUEST_TIMEOUT: '7',
      MLFLOW_HTTP_REQUEST_MAX_RETRIES: '2',
      MLFLOW_WORKSPACE: 'team',
    };
    const settings = settingsFrom({}, env);
    expect(settings.api.baseUrl).to.equal('http://127.0.0.1:5000');
    expect(settings.api.timeoutMs).to.equal(7_000);
    expect(settings.api.retry.retries).to.equal(2);
    expect(settings.api.headers['x-mlflow-workspace']).to.equal('team');
    expect(settings).to.deep.include({
      experiment: { name: 'gsm8k' },
      runId: 'abc',
      user: 'ada',
      promptPrefix: 'gsm8k',
    });
    expect(settings.target).to.equal('mlflow:http://127.0.0.1:5000#gsm8k');
    expect(settingsFrom({}, { ...uri, MLFLOW_EXPERIMENT_ID: '7' }).experiment).to.deep.equal({ id: '7' });
    expect(settingsFrom({}, uri).experiment).to.deep.equal({ name: 'Default' });
  });

  it('keeps credentials of the address out of what names the target', () => {
    const settings = settingsFrom({ trackingUri: 'https://ada:s%40crt@mlflow.test/base/' }, {});
    expect(settings.target).to.equal('mlflow:https://mlflow.test/base#Default');
    expect(settings.api.baseUrl).to.equal('https://mlflow.test/base');
    const header = `Basic ${Buffer.from('ada:s@crt').toString('base64')}`;
    expect(settings.api.credentials.authorization).to.equal(header);
  });

  it('knows Databricks by host and token', () => {
    const env = { DATABRICKS_HOST: 'adb.test', DATABRICKS_TOKEN: 'dapi' };
    const settings = settingsFrom({ trackingUri: 'databricks://profile', experiment: '/Shared/x' }, env);
    expect(settings.api.baseUrl).to.equal('https://adb.test');
    expect(settings.api.credentials.authorization).to.equal('Bearer dapi');
    expect(settings.prompts).to.equal('none');
    expect(codeOf(() => settingsFrom({ trackingUri: 'databricks' }, {}))).to.equal('AXL_MLFLOW_CONFIG');
  });

  it('refuses what it cannot use, with a code', () => {
    for (const trackingUri of ['sqlite:///x.db', './mlruns', 'file:///tmp/x', '']) {
      expect(
        codeOf(() => settingsFrom({ trackingUri }, {})),
        trackingUri,
      ).to.equal('AXL_MLFLOW_CONFIG');
    }
    const wrong = [
      { experiment: 7 },
      { retries: '3' },
      { timeoutMs: Number.NaN },
      { prompts: 'some' },
      { uri: 'x' },
      null,
    ];
    for (const options of wrong) {
      expect(
        codeOf(() => settingsFrom(options as MlflowOptions, uri)),
        JSON.stringify(options),
      ).to.equal('AXL_BAD_OPTIONS');
    }
  });

  it('follows the TLS variables of MLflow', () => {
    expect(credentialsFrom({}, { MLFLOW_TRACKING_INSECURE_TLS: 'true' }).tls.rejectUnauthorized).to.equal(false);
    expect(credentialsFrom({}, {}).tls).to.deep.equal({});
    const both = { MLFLOW_TRACKING_INSECURE_TLS: 'true', MLFLOW_TRACKING_SERVER_CERT_PATH: '/x' };
    expect(codeOf(() => credentialsFrom({}, both))).to.equal('AXL_MLFLOW_CONFIG');
    const missing = { MLFLOW_TRACKING_SERVER_CERT_PATH: '/no/such/file' };
    expect(codeOf(() => credentialsFrom({}, missing))).to.equal('AXL_MLFLOW_CONFIG');
  });
});
