import type { EventData } from 'ax-autolog/sink';
import type { AttributeMap, SpanEvent } from '../span.js';
import { Attributes, type MappingOptions } from './attributes.js';
import { errorType } from './trace-span.js';

/** The metric's verdict on an example's prediction, for the root of its trace. */
export interface Verdict {
  readonly attributes: AttributeMap;
  readonly events: readonly SpanEvent[];
}

/**
 * Maps a metric's verdict: one `gen_ai.evaluation.result` for its score, and one for each objective.
 *
 * @param metric Name of the metric. `null` names the result `score`.
 */
export function verdictOf(
  example: EventData['onExampleEnd'],
  time: number,
  metric: string | null,
  options: MappingOptions,
): Verdict {
  const to = new Attributes(options);
  to.text('gen_ai.optimization.example.id', example.exampleId);
  to.number('gen_ai.optimization.example.index', example.index);
  to.number('gen_ai.optimization.score', example.score);
  const objectives = Object.entries(example.scores ?? {});
  to.members('gen_ai.optimization.objective.scores', example.scores);
  if (example.score === null && objectives.length === 0 && !example.error) return { attributes: to.map, events: [] };
  const results = new Map<string, number | null>([[metric ?? 'score', example.score], ...objectives]);
  return {
    attributes: to.map,
    events: [...results].map(([name, value]) => ({
      name: 'gen_ai.evaluation.result',
      time,
      attributes: resultAttributes(name, value, example, options),
    })),
  };
}

function resultAttributes(
  name: string,
  value: number | null,
  example: EventData['onExampleEnd'],
  options: MappingOptions,
): AttributeMap {
  const to = new Attributes(options).text('gen_ai.evaluation.name', name);
  to.number('gen_ai.evaluation.score.value', value);
  to.content(() => to.text('gen_ai.evaluation.explanation', example.feedback));
  if (example.error) to.text('error.type', errorType(example.error));
  return to.map;
}
