import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Api } from './api.js';
import type { Assessment, OtlpSpan, TraceInfo } from './trace-types.js';

const compress = promisify(gzip);

/** API of MLflow's traces. Every request may be repeated: the server replaces traces with the same id. */
export class Traces {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Writes the info of a trace, including its assessments. An existing trace keeps tags, metadata, assessments and previews
   * that this info does not have (`start_trace` in mlflow/store/tracking/sqlalchemy_store.py of MLflow 3.17.2).
   */
  async putInfo(experimentId: string, info: TraceInfo): Promise<void> {
    const { traceId, requestTime, durationMs, state, requestPreview, responsePreview, metadata, tags } = info;
    const trace_info = {
      trace_id: traceId,
      trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experimentId } },
      request_time: timestamp(requestTime),
      execution_duration: `${(durationMs / 1_000).toFixed(3)}s`,
      state,
      request_preview: requestPreview,
      response_preview: responsePreview,
      trace_metadata: metadata,
      tags,
      assessments: info.assessments.map((assessment) => assessmentBody(traceId, assessment)),
    };
    await this.#api.call({ method: 'POST', path: '/api/3.0/mlflow/traces', body: { trace: { trace_info } } });
  }

  /** Writes spans of any number of traces. The server accepts all of them or none. */
  async putSpans(experimentId: string, spans: readonly OtlpSpan[]): Promise<void> {
    const request = { resourceSpans: [{ scopeSpans: [{ scope: { name: 'ax-autolog' }, spans }] }] };
    await this.#api.call({
      method: 'POST',
      path: '/v1/traces',
      body: await compress(Buffer.from(JSON.stringify(request), 'utf8'), { level: 1 }),
      contentType: 'application/json',
      headers: { 'content-encoding': 'gzip', 'x-mlflow-experiment-id': experimentId },
      json: false,
      answerType: 'application/x-protobuf',
    });
  }
}

function assessmentBody(traceId: string, assessment: Assessment): unknown {
  const { id, name, value, error, rationale, metadata, source, time } = assessment;
  return {
    assessment_id: id,
    assessment_name: name,
    trace_id: traceId,
    source: { source_type: 'CODE', source_id: source },
    create_time: timestamp(time),
    last_update_time: timestamp(time),
    feedback: { value, error },
    rationale,
    metadata,
    valid: true,
  };
}

function timestamp(time: number): string {
  return new Date(time).toISOString();
}
