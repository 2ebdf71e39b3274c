import { useEffect, useMemo, useState } from 'preact/hooks';
import type { EvaluatedPage, ExampleDetail, RunPage } from '../../data/types/index.js';
import { useDetail } from '../load/details.js';
import { count } from '../parts/format.js';
import { Choice } from '../parts/section.jsx';
import { Example } from './example.jsx';

interface ExampleListProps {
  readonly run: RunPage;
  readonly evaluated: EvaluatedPage;
  /** Key of what the examples gave. */
  readonly detail: string;
  readonly solvedAt: number;
  /** Position of the example that is open at first. */
  readonly opened: number | null;
}

const SHOWN_AT_FIRST = 200;

/** The examples of a trial or an evaluation, each with its result. */
export function ExampleList({ run, evaluated, detail, solvedAt, opened }: ExampleListProps) {
  const { positions, isSolved, ...choice } = useChosenExamples(evaluated, solvedAt);
  const [limit, setLimit] = useState(SHOWN_AT_FIRST);
  const [open, setOpen] = useState<number | null>(opened);
  useEffect(() => setOpen(opened), [opened]);
  const stamp = `${evaluated.examples.length} ${evaluated.status}`;
  const { value: details, error } = useDetail<readonly ExampleDetail[]>(detail, stamp);
  return (
    <section class="panel-part" aria-label="Examples">
      <div class="part-head">
        <h3>Examples</h3>
        <Choice label="Examples" {...choice} />
      </div>
      {error !== null && <p class="bad">{error}</p>}
      <ol class="examples">
        {positions.slice(0, open === null ? limit : Math.max(limit, positions.indexOf(open) + 1)).map((at) => (
          <Example
            key={at}
            {...{ run, evaluated, at, isOpen: at === open, isSolved: isSolved(at), isFirst: at === opened }}
            detail={details?.[at]}
            onToggle={() => setOpen(at === open ? null : at)}
          />
        ))}
      </ol>
      {positions.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit + 1_000)}>
          … show {count(positions.length - limit, 'more example')}
        </button>
      )}
    </section>
  );
}

type Shown = 'all' | 'failed' | 'solved';

/** The choice between all examples, solved ones and the others, and the positions of those that are chosen. */
function useChosenExamples(evaluated: EvaluatedPage, solvedAt: number) {
  const [shown, setShown] = useState<Shown>('all');
  const { examples, exampleScores } = evaluated;
  const isSolved = (at: number): boolean => (exampleScores[at] ?? Number.NEGATIVE_INFINITY) >= solvedAt;
  const positions = useMemo(
    () => examples.map((_, at) => at).filter((at) => shown === 'all' || isSolved(at) === (shown === 'solved')),
    [evaluated, shown, solvedAt],
  );
  const solved = examples.filter((_, at) => isSolved(at)).length;
  const options: readonly (readonly [Shown, string])[] = [
    ['all', `All ${examples.length}`],
    ['failed', `Not solved ${examples.length - solved}`],
    ['solved', `Solved ${solved}`],
  ];
  return { positions, isSolved, options, value: shown, onChoose: setShown };
}
