import { useMemo, useRef } from 'preact/hooks';
import { type LaneRow, lanes } from '../../data/lanes.js';
import type { CandidatePage, CompilePage } from '../../data/types/index.js';
import { componentName, count, shortId, signed } from '../parts/format.js';
import { Section } from '../parts/section.jsx';
import type { RunState } from '../parts/selection.js';
import { DecisionMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { Value } from '../parts/value.jsx';
import { useVirtualRows } from '../parts/virtual.js';

interface LineageProps {
  readonly compile: CompilePage;
  readonly state: RunState;
  readonly onOpen: (candidate: number) => void;
}

const ROW_HEIGHT = 32;
const LANE_WIDTH = 16;
/** Lanes beyond this are drawn on the last one. */
const MOST_LANES = 14;

/** The lineage of the candidates: one row each, with lines from parent to child. */
export function Lineage({ compile, state, onOpen }: LineageProps) {
  const place = useRef<HTMLDivElement>(null);
  const { candidates, winner } = compile;
  const rows = useMemo(() => lanes(candidates, winner), [candidates, winner]);
  const virtual = useVirtualRows(place, rows.length, ROW_HEIGHT);
  const width = (Math.min(MOST_LANES, Math.max(0, ...rows.map(({ lane }) => lane))) + 1) * LANE_WIDTH;
  const chosen = state.selected?.kind === 'candidate' ? state.selected.candidate : null;
  if (candidates.length === 0) return null;
  return (
    <Section id="lineage" title="Lineage" aside={count(candidates.length, 'candidate')}>
      <div class="table-place" ref={place}>
        <ol class="lineage">
          {virtual.before > 0 && <li class="room" style={{ height: `${virtual.before}px` }} aria-hidden="true" />}
          {virtual.rows.map((position) => {
            const [row, candidate] = [rows[position], candidates[position]];
            return (
              row &&
              candidate && (
                <Row
                  key={candidate.id}
                  {...{ compile, candidate, row, width, position, isChosen: position === chosen }}
                  onOpen={() => onOpen(position)}
                />
              )
            );
          })}
          {virtual.after > 0 && <li class="room" style={{ height: `${virtual.after}px` }} aria-hidden="true" />}
        </ol>
      </div>
    </Section>
  );
}

interface RowProps {
  readonly compile: CompilePage;
  readonly candidate: CandidatePage;
  readonly row: LaneRow;
  readonly width: number;
  readonly position: number;
  readonly isChosen: boolean;
  readonly onOpen: () => void;
}

function Row({ compile, candidate, row, width, position, isChosen, onOpen }: RowProps) {
  const { id, by, parents, changed, score, decision } = candidate;
  const parent = compile.candidates[parents[0] ?? -1];
  const gain = score !== null && parent?.score != null ? score - parent.score : null;
  const from = parents.map((at) => shortId(compile.candidates[at]?.id ?? 'unknown')).join(' + ');
  return (
    <li class={`lineage-row ${row.isMain ? 'is-main' : ''} ${isChosen ? 'is-chosen' : ''}`} data-candidate={id}>
      <Lines
        row={row}
        width={width}
        kind={position === compile.winner ? 'winner' : position === compile.seed ? 'seed' : 'other'}
      />
      <button type="button" class="lineage-open" aria-expanded={isChosen} onClick={onOpen}>
        <Inline text={shortId(id)} class="mono" />
        {position === compile.winner && <span class="tag tag-good">winner</span>}
        <span class="lineage-by muted">
          {position === compile.seed ? 'seed' : (by ?? 'unknown')}
          {from && <span class="unseen"> from {from}</span>}
        </span>
        <span class="lineage-changed muted">
          <Inline text={changed.map(componentName).join(', ')} />
        </span>
        <span class="lineage-decision">{decision && <DecisionMark accepted={decision.accepted} />}</span>
        <span class="lineage-gain number muted">{gain !== null && signed(gain)}</span>
        <Value of="candidate-score" value={score} />
      </button>
    </li>
  );
}

const KINDS = { winner: 6, seed: 4.5, other: 3.5 } as const;

function Lines({
  row,
  width,
  kind,
}: {
  readonly row: LaneRow;
  readonly width: number;
  readonly kind: keyof typeof KINDS;
}) {
  const x = (lane: number): number => Math.min(lane, MOST_LANES) * LANE_WIDTH + LANE_WIDTH / 2;
  const middle = ROW_HEIGHT / 2;
  return (
    <svg class="lanes" width={width} height={ROW_HEIGHT} aria-hidden="true">
      {row.above.map(({ from, to, isMain }) => (
        <path
          key={`a${from} ${to}`}
          class={isMain ? 'main' : ''}
          d={`M${x(from)},0 C${x(from)},${middle * 0.8} ${x(to)},${middle * 0.3} ${x(to)},${middle}`}
        />
      ))}
      {row.below.map(({ from, isMain }) => (
        <path key={`b${from}`} class={isMain ? 'main' : ''} d={`M${x(from)},${middle} L${x(from)},${ROW_HEIGHT}`} />
      ))}
      <circle class={`node node-${kind} ${row.isMain ? 'main' : ''}`} cx={x(row.lane)} cy={middle} r={KINDS[kind]} />
    </svg>
  );
}
