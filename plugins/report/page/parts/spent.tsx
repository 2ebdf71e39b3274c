import type { SpentPage } from '../../data/types/index.js';
import { Fact, Value } from './value.jsx';

interface SpentFactsProps {
  readonly spent: SpentPage;
  /** Begins the names of the numbers, as in `run-calls`. Default: nothing. */
  readonly prefix?: string;
  /** Whether to write a caption if the cost is unknown. Default: `false`. */
  readonly hasCaption?: boolean;
}

/** LM calls, tokens and cost, in a list of facts. */
export function SpentFacts({ spent: { calls, tokens, cost }, prefix = '', hasCaption = false }: SpentFactsProps) {
  return (
    <>
      <Fact name="LM calls">
        <Value of={`${prefix}calls`} value={calls} as="whole" />
      </Fact>
      <Fact name="Tokens">
        <Value of={`${prefix}tokens`} value={tokens} as="short" />
      </Fact>
      <Fact name="Cost">
        <Value of={`${prefix}cost`} value={cost} as="dollars" />
        {hasCaption && cost === null && <span class="caption">no price known</span>}
      </Fact>
    </>
  );
}
