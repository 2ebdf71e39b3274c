import type { Json } from 'ax-autolog/analysis';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { EvaluatedPage, ExampleDetail, RunPage } from '../../data/types/index.js';
import { useDetail } from '../load/details.js';
import { ErrorView } from '../parts/error-view.jsx';
import { duration, score } from '../parts/format.js';
import { JsonView } from '../parts/json.jsx';
import { Inline, Text } from '../parts/text.jsx';
import { TraceButton } from '../traces/trace-view.jsx';

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

/** One example of a batch: its score on one line, and everything recorded about it when it is open. */
export function Example({ run, evaluated, at, detail, isOpen, isSolved, isFirst, onToggle }: ExampleProps) {
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
