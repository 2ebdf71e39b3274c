import type { EvaluationPage } from '../../data/types/index.js';
import { range } from '../parts/format.js';
import { type Heading, Headings } from '../parts/headings.jsx';
import { Section } from '../parts/section.jsx';
import type { RunState } from '../parts/selection.js';
import { StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { NumberCell, Value } from '../parts/value.jsx';

const HEADINGS: readonly Heading[] = [
  { name: 'Evaluation' },
  { name: 'Score', isNumber: true },
  { name: '95 % interval' },
  { name: 'Examples', isNumber: true, fold: 1 },
  { name: 'Errors', isNumber: true, fold: 1 },
  { name: 'LM calls', isNumber: true, fold: 1 },
  { name: 'Tokens', isNumber: true, fold: 1 },
  { name: 'Cost', isNumber: true, fold: 2 },
  { name: 'Time', isNumber: true, fold: 1 },
];

/** Evaluations outside of every compile, each with its interval. */
export function Evaluations({ state }: { readonly state: RunState }) {
  const { run, selected, select } = state;
  if (run.evaluations.length === 0) return null;
  return (
    <Section id="evaluations" title="Evaluations" aside="outside of every compile">
      <div class="table-place">
        <table class="trials">
          <Headings headings={HEADINGS} />
          <tbody>
            {run.evaluations.map((evaluation) => {
              const { id, index } = evaluation;
              const isChosen = selected?.kind === 'evaluation' && selected.index === index;
              return (
                <Row key={id} {...{ evaluation, isChosen }} onOpen={() => select({ kind: 'evaluation', index })} />
              );
            })}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

interface RowProps {
  readonly evaluation: EvaluationPage;
  readonly isChosen: boolean;
  readonly onOpen: () => void;
}

function Row({ evaluation, isChosen, onOpen }: RowProps) {
  const { index, name, interval, tokens, status } = evaluation;
  return (
    <tr data-evaluation={index} class={isChosen ? 'is-chosen' : ''} onClick={onOpen}>
      <th scope="row">
        <button type="button" class="row-open" aria-expanded={isChosen}>
          <span class="number muted">{index}</span> <Inline text={name ?? 'eval'} />
        </button>
      </th>
      <td class="right">
        {status !== 'finished' && <StatusMark status={status} />} <Value of="eval-score" value={evaluation.score} />
      </td>
      <td>{interval && <span class="number muted">{range(interval)}</span>}</td>
      <NumberCell of="eval-n" value={evaluation.n} as="whole" fold={1} />
      <NumberCell of="eval-errors" value={evaluation.errors} as="whole" fold={1} />
      <NumberCell of="eval-calls" value={tokens.calls} as="whole" fold={1} />
      <NumberCell of="eval-tokens" value={tokens.tokens} as="short" fold={1} />
      <NumberCell of="eval-cost" value={tokens.cost} as="dollars" fold={2} />
      <NumberCell of="eval-time" value={evaluation.durationMs} as="duration" fold={1} />
    </tr>
  );
}
