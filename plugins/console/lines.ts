import { describeCertificate } from '../../lib/analysis/certificate.js';
import { cleanJson, oneLine, score } from '../../lib/analysis/format/text.js';
import { describeVersusSeed, type SearchVerdict } from '../../lib/analysis/statistics/index.js';
import type { AnyEvent, CandidateData, DatasetData, ErrorData, Json } from '../../lib/contract/events.js';

/** One structured line. */
export interface Line {
  readonly level: 'debug' | 'info' | 'warn';
  readonly fields: Readonly<Record<string, Json>>;
  readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Level of each event's line: details are `debug`, what a run is made of is `info`. */
export function levelOf(type: string): Line['level'] {
  if (type === 'onWarning') return 'warn';
  return type === 'onExampleEnd' || type === 'onLMCall' || type === 'onTraceEnd' ? 'debug' : 'info';
}

/** An event as a line, without anything that could drive a terminal; null for an event of a type not known here. */
export function lineOf(event: AnyEvent, verdict: SearchVerdict | null = null): Line | null {
  const described = describe(event, verdict);
  if (!described) return null;
  const [message, fields] = described;
  const { runId, compileId, evalId, trialId, type } = event;
  const place = { event: type, runId, compileId, evalId, trialId };
  const known = Object.entries({ ...place, ...fields }).filter(([, value]) => value !== undefined);
  return {
    level: levelOf(type),
    fields: cleanJson(Object.fromEntries(known) as { [key: string]: Json }) as { [key: string]: Json },
    message: oneLine(message),
  };
}

function describe(event: AnyEvent, verdict: SearchVerdict | null): [message: string, fields: Fields] | null {
  switch (event.type) {
    case 'onRunStart':
      return [`run ${event.data.name} started`, { kind: event.data.kind, tags: event.data.tags }];
    case 'onRunEnd':
      return [`run ${event.data.status}`, ended(event.data)];
    case 'onCompileStart':
    case 'onCompileEnd':
      return describeCompile(event, verdict);
    case 'onEvalStart':
    case 'onEvalEnd':
      return describeEvaluation(event);
    case 'onTrialStart':
    case 'onTrialEnd':
    case 'onExampleEnd':
      return describeTrial(event);
    case 'onCandidateProposed':
    case 'onCandidateAccepted':
    case 'onCandidateRejected':
    case 'onBestChanged':
    case 'onParetoChanged':
      return describeSearch(event);
    default:
      return describeDetail(event);
  }
}

function describeCompile(
  event: Extract<AnyEvent, { type: 'onCompileStart' | 'onCompileEnd' }>,
  verdict: SearchVerdict | null,
): [string, Fields] {
  if (event.type === 'onCompileStart') {
    const { optimizer, hyperparameters, options, trainset, valset, lms, metric } = event.data;
    const sizes = { trainset: sizeOf(trainset), valset: sizeOf(valset) };
    const models = lms?.map(({ name, provider, model }) => ({ name, provider, model }));
    return [`${optimizer} compile started`, { optimizer, metric, hyperparameters, options, ...sizes, lms: models }];
  }
  const { trials, best, reportedScore, tokens } = event.data;
  const winner = best && { candidateId: best.candidate?.id, score: best.score, texts: best.candidate?.texts };
  const text = `compile ${event.data.status}: ${trials} trials, best ${score(best?.score ?? reportedScore)}`;
  const versusSeed = verdict?.versusSeed ?? undefined;
  const against = verdict ? describeVersusSeed(verdict) : '';
  return [
    against === '' ? text : `${text}, against the seed: ${against}`,
    { ...ended(event.data), trials, winner, versusSeed, reportedScore, tokens },
  ];
}

function describeEvaluation(event: Extract<AnyEvent, { type: 'onEvalStart' | 'onEvalEnd' }>): [string, Fields] {
  const { name, key, step } = event.data;
  if (event.type === 'onEvalStart') {
    return [
      `evaluation ${name} started`,
      { key, step, devset: sizeOf(event.data.devset), ...idOf(event.data.candidate) },
    ];
  }
  const { n, errors, scores, tokens } = event.data;
  const fields = { key, step, n, score: event.data.score, scores, errors, tokens };
  return [
    `evaluation ${name} ${event.data.status}: score ${score(event.data.score)}`,
    { ...fields, ...ended(event.data) },
  ];
}

function describeTrial(
  event: Extract<AnyEvent, { type: 'onTrialStart' | 'onTrialEnd' | 'onExampleEnd' }>,
): [string, Fields] {
  if (event.type === 'onExampleEnd') {
    const { index, exampleId, error, durationMs } = event.data;
    const fields = { index, exampleId, score: event.data.score, error: errorOf(error), durationMs };
    return [`example ${index}: score ${score(event.data.score)}`, fields];
  }
  const { index, key, step, name, scope, phase, n, of, candidate } = event.data;
  const fields = { index, key, step, scope, phase, n, of, ...idOf(candidate) };
  const called = name ?? `trial ${index}`;
  if (event.type === 'onTrialStart') return [`${called} started`, fields];
  const { scores, errors } = event.data;
  const result = { score: event.data.score, scores, errors, ...ended(event.data) };
  return [`${called} ${event.data.status}: score ${score(event.data.score)}`, { ...fields, ...result }];
}

function describeSearch(
  event: Extract<
    AnyEvent,
    {
      type: 'onCandidateProposed' | 'onCandidateAccepted' | 'onCandidateRejected' | 'onBestChanged' | 'onParetoChanged';
    }
  >,
): [string, Fields] {
  switch (event.type) {
    case 'onCandidateProposed': {
      const { candidate, by, changed } = event.data;
      return [
        `candidate proposed by ${by}`,
        { ...idOf(candidate), parents: candidate?.parents, changed, texts: candidate?.texts },
      ];
    }
    case 'onBestChanged':
      return [`new best ${score(event.data.score)} (before ${score(event.data.previous)})`, { ...event.data }];
    case 'onParetoChanged':
      return [`Pareto front of ${event.data.front?.length ?? 0}`, { front: event.data.front }];
    case 'onCandidateAccepted':
      return [`candidate accepted: ${event.data.reason}`, { ...event.data }];
    case 'onCandidateRejected':
      return [`candidate rejected: ${event.data.reason}`, { ...event.data }];
  }
}

function describeDetail(event: AnyEvent): [string, Fields] | null {
  switch (event.type) {
    case 'onCertificate':
      return [describeCertificate(event.data), { ...event.data }];
    case 'onTraceEnd': {
      const { traceId, name, role, status, durationMs, tokens, spans, dropped } = event.data;
      const fields = { traceId, role, status, durationMs, tokens, spans: spans?.length ?? 0, dropped };
      return [`trace of ${name} ${status}`, { ...fields, error: errorOf(spans?.[0]?.error) }];
    }
    case 'onLMCall': {
      const { role, operation, provider, model, tokens, cost, cached, durationMs, error } = event.data;
      const fields = { role, operation, provider, model, tokens, cost, cached, durationMs, error: errorOf(error) };
      return [`LM call for ${role}: ${model}`, fields];
    }
    case 'onLog':
      return describeLog(event.data);
    case 'onProgress':
      return [`${event.data.name} ${event.data.done ?? '?'}/${event.data.total ?? '?'}`, { data: event.data.data }];
    case 'onWarning':
      return [
        `${event.data.code}: ${event.data.message}`,
        { code: event.data.code, sink: event.data.sink, count: event.data.count },
      ];
    default:
      return null;
  }
}

function describeLog(log: Extract<AnyEvent, { type: 'onLog' }>['data']): [string, Fields] {
  switch (log.kind) {
    case 'metric':
      return [`metric ${log.key} ${score(log.value)}`, { key: log.key, value: log.value, step: log.step }];
    case 'message':
      return [log.message, { data: log.data }];
    case 'artifact':
      return [`artifact ${log.path}`, { path: log.path }];
    default:
      return [`${log.kind} ${log.key}`, { key: log.key, value: log.value }];
  }
}

function ended(data: { status: string; durationMs: number; error?: ErrorData }): Fields {
  return { status: data.status, durationMs: data.durationMs, error: errorOf(data.error) };
}

function errorOf(error: ErrorData | undefined): Fields | undefined {
  return error && { name: error.name, message: error.message, code: error.code };
}

function sizeOf(dataset: DatasetData | null | undefined): number | null {
  return dataset?.size ?? null;
}

function idOf(candidate: CandidateData | null | undefined): Fields {
  return { candidateId: candidate?.id ?? null };
}
