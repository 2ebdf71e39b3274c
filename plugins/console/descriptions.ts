import { describeCertificate, describeVersusSeed, type SearchVerdict, score } from 'ax-autolog/analysis';
import type { CandidateData, DatasetData, Envelope, ErrorData, EventHandlers, TrialIdentity } from 'ax-autolog/sink';

type Fields = Readonly<Record<string, unknown>>;

/** Message of an event's line, and its fields for programs that read the line. */
export type Description = readonly [message: string, fields: Fields];

/** Describes each event. `verdict` is the verdict on the search, if the event ends a compile. */
export const DESCRIPTIONS: EventHandlers<Description, [verdict: SearchVerdict | null]> = {
  onRunStart: ({ data }) => [`run ${data.name} started`, { kind: data.kind, tags: data.tags }],
  onCompileStart: compileStart,
  onEvalStart: evaluationStart,
  onTrialStart: trialStart,
  onExampleEnd: exampleEnd,
  onTrialEnd: trialEnd,
  onCandidateProposed: proposal,
  onCandidateAccepted: ({ data }) => [`candidate accepted: ${data.reason}`, { ...data }],
  onCandidateRejected: ({ data }) => [`candidate rejected: ${data.reason}`, { ...data }],
  onBestChanged: ({ data }) => [`new best ${score(data.score)} (before ${score(data.previous)})`, { ...data }],
  onParetoChanged: ({ data }) => [`Pareto front of ${data.front?.length ?? 0}`, { front: data.front }],
  onCertificate: ({ data }) => [describeCertificate(data), { ...data }],
  onTraceEnd: traceEnd,
  onLMCall: modelCall,
  onLog: log,
  onProgress: ({ data }) => [`${data.name} ${data.done ?? '?'}/${data.total ?? '?'}`, { data: data.data }],
  onWarning: ({ data }) => [`${data.code}: ${data.message}`, { code: data.code, sink: data.sink, count: data.count }],
  onEvalEnd: evaluationEnd,
  onCompileEnd: compileEnd,
  onRunEnd: ({ data }) => [`run ${data.status}`, ended(data)],
};

function compileStart({ data }: Envelope<'onCompileStart'>): Description {
  const { optimizer, hyperparameters, options, trainset, valset, lms, metric } = data;
  const sizes = { trainset: sizeOf(trainset), valset: sizeOf(valset) };
  const models = lms?.map(({ name, provider, model }) => ({ name, provider, model }));
  return [`${optimizer} compile started`, { optimizer, metric, hyperparameters, options, ...sizes, lms: models }];
}

function compileEnd({ data }: Envelope<'onCompileEnd'>, verdict: SearchVerdict | null): Description {
  const { trials, best, reportedScore, tokens } = data;
  const winner = best && { candidateId: best.candidate?.id, score: best.score, texts: best.candidate?.texts };
  const text = `compile ${data.status}: ${trials} trials, best ${score(best?.score ?? reportedScore)}`;
  const versusSeed = verdict?.versusSeed ?? undefined;
  const against = verdict ? describeVersusSeed(verdict) : '';
  return [
    against === '' ? text : `${text}, against the seed: ${against}`,
    { ...ended(data), trials, winner, versusSeed, reportedScore, tokens },
  ];
}

function evaluationStart({ data }: Envelope<'onEvalStart'>): Description {
  const { name, key, step } = data;
  return [`evaluation ${name} started`, { key, step, devset: sizeOf(data.devset), ...idOf(data.candidate) }];
}

function evaluationEnd({ data }: Envelope<'onEvalEnd'>): Description {
  const { name, key, step, n, errors, scores, tokens } = data;
  const fields = { key, step, n, score: data.score, scores, errors, tokens };
  return [`evaluation ${name} ${data.status}: score ${score(data.score)}`, { ...fields, ...ended(data) }];
}

function trialStart({ data }: Envelope<'onTrialStart'>): Description {
  return [`${trialName(data)} started`, trialFields(data)];
}

function trialEnd({ data }: Envelope<'onTrialEnd'>): Description {
  const { scores, errors } = data;
  const result = { score: data.score, scores, errors, ...ended(data) };
  return [`${trialName(data)} ${data.status}: score ${score(data.score)}`, { ...trialFields(data), ...result }];
}

function trialName({ name, index }: TrialIdentity): string {
  return name ?? `trial ${index}`;
}

function trialFields({ index, key, step, scope, phase, n, of, candidate }: TrialIdentity): Fields {
  return { index, key, step, scope, phase, n, of, ...idOf(candidate) };
}

function exampleEnd({ data }: Envelope<'onExampleEnd'>): Description {
  const { index, exampleId, error, durationMs } = data;
  const fields = { index, exampleId, score: data.score, error: errorOf(error), durationMs };
  return [`example ${index}: score ${score(data.score)}`, fields];
}

function proposal({ data }: Envelope<'onCandidateProposed'>): Description {
  const { candidate, by, changed } = data;
  return [
    `candidate proposed by ${by}`,
    { ...idOf(candidate), parents: candidate?.parents, changed, texts: candidate?.texts },
  ];
}

function traceEnd({ data }: Envelope<'onTraceEnd'>): Description {
  const { traceId, name, role, status, durationMs, tokens, spans, dropped } = data;
  const fields = { traceId, role, status, durationMs, tokens, spans: spans?.length ?? 0, dropped };
  return [`trace of ${name} ${status}`, { ...fields, error: errorOf(spans?.[0]?.error) }];
}

function modelCall({ data }: Envelope<'onLMCall'>): Description {
  const { role, operation, provider, model, tokens, cost, cached, durationMs, error } = data;
  const fields = { role, operation, provider, model, tokens, cost, cached, durationMs, error: errorOf(error) };
  return [`LM call for ${role}: ${model}`, fields];
}

function log({ data }: Envelope<'onLog'>): Description {
  switch (data.kind) {
    case 'metric':
      return [`metric ${data.key} ${score(data.value)}`, { key: data.key, value: data.value, step: data.step }];
    case 'message':
      return [data.message, { data: data.data }];
    case 'artifact':
      return [`artifact ${data.path}`, { path: data.path }];
    default:
      return [`${data.kind} ${data.key}`, { key: data.key, value: data.value }];
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
