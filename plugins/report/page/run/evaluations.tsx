import { range } from '../parts/format.js';
import { Section } from '../parts/section.jsx';
import type { RunState } from '../parts/selection.js';
import { StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { NumberCell, Value } from '../parts/value.jsx';

/** Evaluations outside of every compile, each with its interval. */
export function Evaluations({ state }: { readonly state: RunState }) {
  const { run, selected, select } = state;
  if (run.evaluations.length === 0) return null;
  return (
    <Section id="evaluations" title="Evaluations" aside="outside of every compile">
      <div class="table-place">
        <table class="trials">
          <thead>
            <tr>
              <th scope="col">Evaluation</th>
              <th scope="col" class="right">
                Score
              </th>
              <th scope="col">95 % interval</th>
              <th scope="col" class="right fold-1">
                Examples
              </th>
              <th scope="col" class="right fold-1">
                Errors
              </th>
              <th scope="col" class="right fold-1">
                LM calls
              </th>
              <th scope="col" class="right fold-1">
                Tokens
              </th>
              <th scope="col" class="right fold-2">
                Cost
              </th>
              <th scope="col" class="right fold-1">
                Time
              </th>
            </tr>
          </thead>
          <tbody>
            {run.evaluations.map((evaluation) => {
              const { index, name, interval, tokens, status } = evaluation;
              const isChosen = selected?.kind === 'evaluation' && selected.index === index;
              return (
                <tr
                  key={evaluation.id}
                  data-evaluation={index}
                  class={isChosen ? 'is-chosen' : ''}
                  onClick={() => select({ kind: 'evaluation', index })}
                >
                  <th scope="row">
                    <button type="button" class="row-open" aria-expanded={isChosen}>
                      <span class="number muted">{index}</span> <Inline text={name ?? 'eval'} />
                    </button>
                  </th>
                  <td class="right">
                    {status !== 'finished' && <StatusMark status={status} />}{' '}
                    <Value of="eval-score" value={evaluation.score} />
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
            })}
          </tbody>
        </table>
      </div>
    </Section>
  );
}
