import type { SpanData, TraceData } from 'ax-autolog/analysis';
import { useState } from 'preact/hooks';
import { useDetail } from '../load/details.js';
import { ErrorView } from '../parts/error-view.jsx';
import { duration, short } from '../parts/format.js';
import { JsonView } from '../parts/json.jsx';
import { Inline, plainly } from '../parts/text.jsx';
import { Messages } from './messages.jsx';
import { type SpanRow, spanRows } from './span-rows.js';

/** Shows and hides the trace of an example, in place. */
export function TraceButton({ traceId }: { readonly traceId: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? 'Hide trace' : 'Show trace'}
      </button>
      {isOpen && <TraceView traceId={traceId} />}
    </>
  );
}

/** The spans of a trace as a tree over time, and the content of the chosen one. */
export function TraceView({ traceId }: { readonly traceId: string }) {
  const { value: trace, isLoading, error } = useDetail<TraceData>(`x${traceId}`);
  const [chosen, setChosen] = useState<string | null>(null);
  if (isLoading) return <p class="muted">Reading …</p>;
  if (error !== null) return <p class="bad">{error}</p>;
  if (trace === undefined) return <p class="muted">This trace was not kept here.</p>;
  const rows = spanRows(trace);
  const span = trace.spans.find(({ spanId }) => spanId === chosen) ?? firstOfInterest(trace);
  return (
    <div class="trace" data-trace={traceId}>
      <ul class="spans" aria-label={`Spans of ${plainly(trace.name)}`}>
        {rows.map((row) => (
          <SpanLine
            key={row.span.spanId}
            row={row}
            isChosen={row.span === span}
            onChoose={() => setChosen(row.span.spanId)}
          />
        ))}
      </ul>
      {trace.dropped > 0 && <p class="note">{trace.dropped} more spans were not recorded.</p>}
      {span && <SpanContent key={span.spanId} span={span} />}
    </div>
  );
}

/** The first span that failed; if none did, the first call of a model; if there is none, the first span. */
function firstOfInterest({ spans }: TraceData): SpanData | undefined {
  return spans.find(({ status }) => status === 'failed') ?? spans.find(({ type }) => type === 'CHAT_MODEL') ?? spans[0];
}

interface SpanLineProps {
  readonly row: SpanRow;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function SpanLine({ row: { span, depth, left, width }, isChosen, onChoose }: SpanLineProps) {
  return (
    <li class={`span-line ${isChosen ? 'is-chosen' : ''} ${span.status === 'failed' ? 'is-error' : ''}`}>
      <button type="button" aria-pressed={isChosen} onClick={onChoose}>
        <span class="span-name" style={{ paddingLeft: `${Math.min(depth, 12) * 12}px` }}>
          <span class={`span-type type-${span.type.toLowerCase()}`}>{span.type.replace('_', ' ').toLowerCase()}</span>{' '}
          <Inline text={span.name} />
        </span>
        <span class="span-track" aria-hidden="true">
          <span class="span-bar" style={{ left: `${left}%`, width: `${width}%` }} />
        </span>
        <span class="span-time number">{duration(span.durationMs)}</span>
      </button>
    </li>
  );
}

function SpanContent({ span }: { readonly span: SpanData }) {
  const { lm, events, error, attributes } = span;
  return (
    <div class="span-content">
      {lm && (
        <p class="muted small">
          <Inline text={`${lm.provider} ${lm.model}`} /> for the {lm.role}
          {lm.tokens && `, ${short(lm.tokens.prompt)} + ${short(lm.tokens.completion)} tokens`}
          {lm.cached && ', from the cache'}
          {lm.finishReasons.length > 0 && `, ended by ${lm.finishReasons.join(', ')}`}
        </p>
      )}
      {error && <ErrorView error={error} />}
      <Messages inputs={span.inputs} outputs={span.outputs} isChat={span.type === 'CHAT_MODEL'} />
      {events.length > 0 && (
        <details>
          <summary>Events ({events.length})</summary>
          <ul class="span-events">
            {events.map(({ name, time, attributes: more }, index) => (
              <li key={index}>
                <Inline text={name} /> <span class="muted number">+{duration(time - span.startTime)}</span>
                <JsonView value={more} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {Object.keys(attributes).length > 0 && (
        <details>
          <summary>Attributes</summary>
          <JsonView value={attributes} />
        </details>
      )}
    </div>
  );
}
