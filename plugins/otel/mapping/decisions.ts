import type { AnyEvent } from 'ax-autolog/sink';
import type { AttributeMap, SpanEvent } from '../span.js';
import { Attributes, type MappingOptions } from './attributes.js';
import { proposalAttributes } from './optimization.js';

const PREFIX = 'gen_ai.optimization';

/** An event of a search. */
export type SearchEvent = Of<
  | 'onCandidateProposed'
  | 'onCandidateAccepted'
  | 'onCandidateRejected'
  | 'onBestChanged'
  | 'onParetoChanged'
  | 'onCertificate'
>;

/** Maps an event of a search to an event of the compile's span. */
export function searchEvent(event: SearchEvent, options: MappingOptions): SpanEvent {
  const { time } = event;
  switch (event.type) {
    case 'onCandidateProposed':
      return { name: `${PREFIX}.candidate.proposed`, time, attributes: proposalAttributes(event.data, options) };
    case 'onCandidateAccepted':
    case 'onCandidateRejected':
      return { name: `${PREFIX}.candidate.decided`, time, attributes: decisionAttributes(event, options) };
    case 'onBestChanged':
      return { name: `${PREFIX}.best.changed`, time, attributes: bestAttributes(event.data, options) };
    case 'onParetoChanged':
      return { name: `${PREFIX}.pareto.changed`, time, attributes: frontAttributes(event.data, options) };
    case 'onCertificate':
      return { name: `${PREFIX}.certified`, time, attributes: certificateAttributes(event.data, options) };
  }
}

type Of<T extends AnyEvent['type']> = Extract<AnyEvent, { type: T }>;

function decisionAttributes(
  { type, data, derived }: Of<'onCandidateAccepted' | 'onCandidateRejected'>,
  options: MappingOptions,
): AttributeMap {
  return new Attributes(options)
    .text(`${PREFIX}.candidate.id`, data.candidateId)
    .text(`${PREFIX}.candidate.decision`, type === 'onCandidateAccepted' ? 'accepted' : 'rejected')
    .text(`${PREFIX}.candidate.decision_reason`, data.reason)
    .flag(`${PREFIX}.candidate.decision_derived`, derived.length > 0)
    .text(`${PREFIX}.trial.id`, data.trialId).map;
}

function bestAttributes(data: Of<'onBestChanged'>['data'], options: MappingOptions): AttributeMap {
  return new Attributes(options)
    .text(`${PREFIX}.candidate.id`, data.candidateId)
    .text(`${PREFIX}.trial.id`, data.trialId)
    .text(`${PREFIX}.series.name`, data.key)
    .number(`${PREFIX}.series.step`, data.step)
    .number(`${PREFIX}.best.score`, data.score)
    .number(`${PREFIX}.best.previous_score`, data.previous).map;
}

function frontAttributes(data: Of<'onParetoChanged'>['data'], options: MappingOptions): AttributeMap {
  const ids = data.front.map(({ candidateId }) => candidateId);
  return new Attributes(options)
    .texts(`${PREFIX}.pareto.candidate_ids`, ids)
    .json(`${PREFIX}.pareto.scores`, Object.fromEntries(data.front.map((of) => [of.candidateId, of.scores]))).map;
}

function certificateAttributes(data: Of<'onCertificate'>['data'], options: MappingOptions): AttributeMap {
  return new Attributes(options)
    .text(`${PREFIX}.candidate.id`, data.candidateId)
    .text(`${PREFIX}.trial.id`, data.trialId)
    .text(`${PREFIX}.certificate.verdict`, data.verdict).map;
}
