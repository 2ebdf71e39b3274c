import { useState } from 'preact/hooks';
import type { TraceLink } from '../../data/types/index.js';
import { count, duration, moment } from '../parts/format.js';
import { Section } from '../parts/section.jsx';
import { StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { TraceView } from './trace-view.jsx';

const SHOWN_AT_FIRST = 50;

/** Traces of program calls that belong to no example, e.g. in production. */
export function LooseTraces({ traces }: { readonly traces: readonly TraceLink[] }) {
  const [open, setOpen] = useState<string | null>(null);
  const [limit, setLimit] = useState(SHOWN_AT_FIRST);
  if (traces.length === 0) return null;
  return (
    <Section id="traces" title="Traces" aside={count(traces.length, 'program call')}>
      <ol class="examples">
        {traces.slice(0, limit).map(({ traceId, name, role, status, startTime, durationMs }) => (
          <li class="example" key={traceId}>
            <button
              type="button"
              class="example-head"
              aria-expanded={open === traceId}
              onClick={() => setOpen(open === traceId ? null : traceId)}
            >
              <StatusMark status={status} />
              <Inline text={name} class="example-label" />
              <span class="muted">{role}</span>
              <span class="number muted">{duration(durationMs)}</span>
              <span class="muted">{moment(startTime)}</span>
            </button>
            {open === traceId && <TraceView traceId={traceId} />}
          </li>
        ))}
      </ol>
      {traces.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit + 500)}>
          … show {count(traces.length - limit, 'more trace')}
        </button>
      )}
    </Section>
  );
}
