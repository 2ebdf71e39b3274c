import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Json } from '../../../../lib/contract/events.js';
import type { EvaluatedPage, ExampleDetail, RunPage } from '../../data/types.js';
import { useDetail } from '../load/details.js';
import { ErrorView } from '../parts/error-view.jsx';
import { count, duration, score } from '../parts/format.js';
import { JsonView } from '../parts/json.jsx';
import { Choice } from '../parts/section.jsx';
import { Inline, Text } from '../parts/text.jsx';
import { TraceButton } from '../traces/trace-view.jsx';

interface ExampleListProps {
  readonly run: RunPage;
  readonly evaluated: EvaluatedPage;
  /** Key of what the examples gave. */
  readonly detail: string;
  readonly solvedAt: number;
  /** Position of the example that is open at first. */
  readonly opened: number | null;
}

type Shown = 'all' | 'failed' | 'solved';

const SHOWN_AT_FIRST = 200;

/** The examples of a trial with what came of each; those that failed first to be looked at. */
export function ExampleList({ run, evaluated, detail, solvedAt, opened }: ExampleListProps) {
  const [shown, setShown] = useState<Shown>('all');
  const [limit, setLimit] = useState(SHOWN_AT_FIRST);
  const [open, setOpen] = useState<number | null>(opened);
  useEffect(() => setOpen(opened), [opened]);
  const stamp = `${evaluated.examples.length} ${evaluated.status}`;
  const { value: details, error } = useDetail<readonly ExampleDetail[]>(detail, stamp);
  const isSolved = (at: number): boolean => (evaluated.exampleScores[at] ?? Number.NEGATIVE_INFINITY) >= solvedAt;
  const positions = useMemo(
    () =>
      evaluated.examples.map((_, at) => at).filter((at) => shown === 'all' || isSolved(at) === (shown === 'solved')),
    [evaluated, shown, solvedAt],
  );
  const solved = evaluated.examples.filter((_, at) => isSolved(at)).length;
  const options: readonly (readonly [Shown, string])[] = [
    ['all', `All ${evaluated.examples.length}`],
    ['failed', `Not solved ${evaluated.examples.length - solved}`],
    ['solved', `Solved ${solved}`],
  ];
  return (
    <section class="panel-part" aria-label="Examples">
      <div class="part-head">
        <h3>Examples</h3>
        <Choice label="Examples" options={options} value={shown} onChoose={setShown} />
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

interface ExampleProps {
  readonly run: RunPage;
  readonly evaluated: EvaluatedPage;
  readonly at: number;
  readonly detail: ExampleDetail | undefined;
  readonly isOpen: boolean;
  readonly isSolved: boolean;
  /** Whether the panel was opened for it. */
  readonly isFirst: boolean;
  readonly onToggle: () => void;
}

function Example({ run, evaluated, at, detail, isOpen, isSolved, isFirst, onToggle }: ExampleProps) {
  const place = useRef<HTMLLIElement>(null);
  const position = evaluated.examples[at] ?? -1;
  const value = evaluated.exampleScores[at] ?? null;
  const isFailed = evaluated.failed.includes(at);
  useEffect(() => {
    if (isFirst && isOpen) place.current?.scrollIntoView({ block: 'center' });
  }, [isFirst, isOpen]);
  return (
    <li ref={place} class={`example ${isFailed ? 'is-error' : isSolved ? 'is-solved' : 'is-missed'}`} data-example={at}>
      <button type="button" class="example-head" aria-expanded={isOpen} onClick={onToggle}>
        <data class="number example-score" data-of="example-score" value={value === null ? '' : String(value)}>
          {isFailed ? 'error' : score(value)}
        </data>
        <Inline text={run.examples[position]?.label ?? ''} class="example-label" />
      </button>
      {isOpen && <ExampleBody position={position} detail={detail} />}
    </li>
  );
}

const A_CHUNK = 50;

function ExampleBody({ position, detail }: { readonly position: number; readonly detail: ExampleDetail | undefined }) {
  const chunk = useDetail<readonly Json[]>(`e${Math.floor(position / A_CHUNK)}`);
  const content = chunk.value?.[position % A_CHUNK];
  return (
    <div class="example-body">
      <Part name="Example">{content === undefined ? <Reading /> : <JsonView value={content} />}</Part>
      <Part name="Prediction">{detail === undefined ? <Reading /> : <JsonView value={detail.prediction} />}</Part>
      {detail?.feedback && (
        <Part name="Feedback">
          <Text text={detail.feedback} />
        </Part>
      )}
      {detail?.scores && (
        <Part name="Scores">
          <JsonView value={detail.scores} />
        </Part>
      )}
      {detail?.error && (
        <Part name="Error">
          <ErrorView error={detail.error} />
        </Part>
      )}
      {detail && (
        <p class="muted small">
          {detail.durationMs !== null && duration(detail.durationMs)}
          {detail.hasTrace && detail.traceId !== null && <TraceButton traceId={detail.traceId} />}
        </p>
      )}
    </div>
  );
}

function Part({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="example-part">
      <h4>{name}</h4>
      {children}
    </div>
  );
}

function Reading() {
  return <span class="muted">Reading …</span>;
}
