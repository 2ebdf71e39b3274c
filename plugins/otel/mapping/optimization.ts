import type {
  CandidateData,
  DatasetData,
  EvaluationResult,
  EventData,
  TokensByRole,
  TrialIdentity,
} from 'ax-autolog/sink';
import type { AttributeMap } from '../span.js';
import { Attributes, type MappingOptions } from './attributes.js';

/** Prefix of the attributes of optimizations, whose names docs/otel-conventions.md proposes. */
const PREFIX = 'gen_ai.optimization';

/** Ids of the run, compile, evaluation, trial and candidate that a span belongs to. */
export interface Belonging {
  readonly runId: string;
  readonly compileId?: string | undefined;
  readonly evalId?: string | undefined;
  readonly trialId?: string | undefined;
  readonly candidateId?: string | undefined;
}

/** Returns the ids as attributes. Nothing else is known when the span of a program starts. */
export function belongingAttributes(place: Belonging, options: MappingOptions): AttributeMap {
  return new Attributes(options)
    .text(`${PREFIX}.run.id`, place.runId)
    .text(`${PREFIX}.compile.id`, place.compileId)
    .text(`${PREFIX}.evaluation.id`, place.evalId)
    .text(`${PREFIX}.trial.id`, place.trialId)
    .text(`${PREFIX}.candidate.id`, place.candidateId).map;
}

/** Returns the attributes of a run that the user started. */
export function runAttributes(data: EventData['onRunStart'], options: MappingOptions): AttributeMap {
  const to = new Attributes(options).text(`${PREFIX}.run.name`, data.name).text(`${PREFIX}.run.kind`, data.kind);
  return to.members(`${PREFIX}.params`, data.params).members(`${PREFIX}.tags`, data.tags).map;
}

/** Returns the attributes that a compile has at its start. */
export function compileAttributes(data: EventData['onCompileStart'], options: MappingOptions): AttributeMap {
  const to = new Attributes(options).text('gen_ai.operation.name', 'optimize');
  to.openInference(() => to.text('openinference.span.kind', 'CHAIN'));
  to.text(`${PREFIX}.optimizer.name`, data.optimizer);
  to.text(`${PREFIX}.metric.name`, data.metric);
  to.members(`${PREFIX}.hyperparameters`, data.hyperparameters).members(`${PREFIX}.options`, data.options);
  writeModels(to, data.lms);
  writeDataset(to, 'trainset', data.trainset);
  writeDataset(to, 'valset', data.valset);
  to.text(`${PREFIX}.seed.candidate.id`, data.seed?.id);
  return to.map;
}

/** Returns the attributes that a compile has at its end. */
export function compileResult(data: EventData['onCompileEnd'], options: MappingOptions): AttributeMap {
  const to = new Attributes(options);
  to.text(`${PREFIX}.status`, data.status);
  to.number(`${PREFIX}.trial.count`, data.trials);
  to.number(`${PREFIX}.reported_score`, data.reportedScore);
  to.text(`${PREFIX}.best.candidate.id`, data.best?.candidate.id);
  to.number(`${PREFIX}.best.score`, data.best?.score);
  to.content(() => to.json(`${PREFIX}.best.candidate.texts`, data.best?.candidate.texts));
  writeUsage(to, data.tokens);
  return to.map;
}

/** Returns the attributes that an evaluation outside a compile has at its start. */
export function evaluationAttributes(data: EventData['onEvalStart'], options: MappingOptions): AttributeMap {
  const to = new Attributes(options).text('gen_ai.operation.name', 'evaluate');
  to.openInference(() => to.text('openinference.span.kind', 'EVALUATOR'));
  to.text(`${PREFIX}.evaluator.name`, data.evaluator);
  to.text(`${PREFIX}.metric.name`, data.metric);
  to.text(`${PREFIX}.series.name`, data.key).number(`${PREFIX}.series.step`, data.step);
  to.members(`${PREFIX}.hyperparameters`, data.hyperparameters).members(`${PREFIX}.options`, data.options);
  writeModels(to, data.lms);
  writeDataset(to, 'devset', data.devset);
  writeCandidate(to, data.candidate);
  return to.map;
}

/** Returns the attributes of a trial. Values that are still unknown are skipped. */
export function trialAttributes(data: TrialIdentity, options: MappingOptions): AttributeMap {
  const to = new Attributes(options).text('gen_ai.operation.name', 'evaluate');
  to.openInference(() => to.text('openinference.span.kind', 'EVALUATOR'));
  to.number(`${PREFIX}.trial.index`, data.index);
  to.text(`${PREFIX}.trial.phase`, data.phase);
  writeSeries(to, data);
  to.number(`${PREFIX}.batch.size`, data.n).number(`${PREFIX}.batch.total`, data.of);
  writeCandidate(to, data.candidate);
  return to.map;
}

/** Returns the attributes of a trial that its traces repeat. */
export function trialReference(data: TrialIdentity, options: MappingOptions): AttributeMap {
  const to = new Attributes(options).text(`${PREFIX}.trial.phase`, data.phase);
  to.text(`${PREFIX}.candidate.id`, data.candidate?.id);
  writeSeries(to, data);
  return to.map;
}

/** Returns the attributes that a trial or evaluation has at its end. */
export function resultAttributes(data: EvaluationResult, options: MappingOptions): AttributeMap {
  const to = new Attributes(options);
  to.text(`${PREFIX}.status`, data.status);
  to.number(`${PREFIX}.score`, data.score);
  to.number(`${PREFIX}.reported_score`, data.reportedScore);
  to.members(`${PREFIX}.objective.scores`, data.scores);
  to.number(`${PREFIX}.error.count`, data.errors);
  writeUsage(to, data.tokens);
  return to.map;
}

/** Returns the attributes of a proposed candidate. */
export function proposalAttributes(data: EventData['onCandidateProposed'], options: MappingOptions): AttributeMap {
  const to = new Attributes(options);
  writeCandidate(to, data.candidate);
  to.text(`${PREFIX}.candidate.origin`, data.by);
  to.texts(`${PREFIX}.candidate.changed`, data.changed);
  return to.map;
}

function writeSeries(to: Attributes, data: TrialIdentity): void {
  to.text(`${PREFIX}.trial.name`, data.name).text(`${PREFIX}.scope`, data.scope);
  to.text(`${PREFIX}.series.name`, data.key).number(`${PREFIX}.series.step`, data.step);
}

function writeCandidate(to: Attributes, candidate: CandidateData | null): void {
  if (!candidate) return;
  to.text(`${PREFIX}.candidate.id`, candidate.id);
  to.texts(`${PREFIX}.candidate.parent_ids`, candidate.parents);
  to.number(`${PREFIX}.candidate.demo_count`, candidate.demos.length);
  to.content(() => to.members(`${PREFIX}.candidate.texts`, candidate.texts));
}

function writeDataset(to: Attributes, name: string, data: DatasetData | null): void {
  if (!data) return;
  to.text(`${PREFIX}.${name}.name`, data.name).text(`${PREFIX}.${name}.digest`, data.digest);
  to.number(`${PREFIX}.${name}.size`, data.size);
}

function writeModels(to: Attributes, lms: EventData['onCompileStart']['lms']): void {
  to.texts(
    `${PREFIX}.models`,
    lms.map(({ model }) => model),
  );
}

/** Writes usage summed over the calls inside. Not under `gen_ai.usage`, where backends would count the calls twice. */
function writeUsage(to: Attributes, tokens: TokensByRole): void {
  const roles = Object.values(tokens);
  const sum = (read: (of: (typeof roles)[number]) => number | undefined): number | undefined => {
    const known = roles.map(read).filter((value) => typeof value === 'number');
    return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
  };
  to.number(
    `${PREFIX}.usage.calls`,
    sum((of) => of.calls),
  );
  to.number(
    `${PREFIX}.usage.input_tokens`,
    sum((of) => of.prompt),
  );
  to.number(
    `${PREFIX}.usage.output_tokens`,
    sum((of) => of.completion),
  );
  to.number(
    `${PREFIX}.usage.cost`,
    sum((of) => of.cost),
  );
}
