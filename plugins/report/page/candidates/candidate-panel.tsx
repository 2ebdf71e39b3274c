import type { Json } from 'ax-autolog/analysis';
import type { CandidatePage, CompilePage } from '../../data/types/index.js';
import { useDetail } from '../load/details.js';
import { moment, score, shortId } from '../parts/format.js';
import { JsonView } from '../parts/json.jsx';
import type { RunState } from '../parts/selection.js';
import { DecisionReason } from '../parts/status.jsx';
import { Fact, Value } from '../parts/value.jsx';
import { CandidateLink } from './candidate-texts.jsx';
import { ParentComparisons } from './comparisons.jsx';
import { TextsPanel } from './texts-panel.jsx';

interface CandidatePanelProps {
  readonly state: RunState;
  readonly compile: CompilePage;
  readonly candidate: CandidatePage;
}

/** One candidate: its parents, the decision on it, its trials and texts, and the evidence that its proposer saw. */
export function CandidatePanel({ state, compile, candidate }: CandidatePanelProps) {
  const position = compile.candidates.indexOf(candidate);
  const open = (other: number): void => state.select({ kind: 'candidate', compile: compile.id, candidate: other });
  return (
    <div class="panel-content" data-panel-candidate={candidate.id}>
      <h2>
        <span class="muted">Candidate</span> <span class="mono">{shortId(candidate.id)}</span>
        {position === compile.seed && <span class="tag">seed</span>}
        {position === compile.winner && <span class="tag tag-good">winner</span>}
      </h2>
      <p class="panel-score">
        <Value of="panel-candidate-score" value={candidate.score} />
        <span class="muted">last full evaluation</span>
      </p>
      <dl class="facts">
        <Fact name="Made by">{candidate.by ?? 'unknown'}</Fact>
        <Fact name="Parents">
          {candidate.parents.length === 0 && <span class="muted">none</span>}
          {candidate.parents.map((parent) => (
            <CandidateLink key={parent} compile={compile} position={parent} onOpen={open} />
          ))}
        </Fact>
        <Fact name="Appeared">{moment(candidate.time)}</Fact>
      </dl>
      {candidate.decision && <DecisionReason decision={candidate.decision} />}
      <ParentComparisons compile={compile} candidate={candidate} />
      <Trials {...{ state, candidate }} />
      <TextsPanel run={state.run} {...{ compile, candidate, onOpenCandidate: open }} />
      {candidate.evidence && <Evidence detail={`c${state.run.compiles.indexOf(compile)}.${position}`} />}
    </div>
  );
}

function Trials({ state, candidate }: Pick<CandidatePanelProps, 'state' | 'candidate'>) {
  const trials = state.run.trials.filter(({ index }) => candidate.trials.includes(index));
  if (trials.length === 0) return null;
  return (
    <section class="panel-part" aria-label="Trials of this candidate">
      <h3>Trials</h3>
      <ul class="chips">
        {trials.map(({ index, scope, score: value }) => (
          <li key={index}>
            <button type="button" class="chip" onClick={() => state.select({ kind: 'trial', index })}>
              <span class="muted">{index}</span> {scope} <span class="number">{score(value)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The evidence that the proposer saw when it made the candidate. */
function Evidence({ detail }: { readonly detail: string }) {
  const { value, isLoading, error } = useDetail<Json>(detail);
  return (
    <section class="panel-part" aria-label="What the proposer saw">
      <h3>What the proposer saw</h3>
      {isLoading && <p class="muted">Reading …</p>}
      {error !== null && <p class="bad">{error}</p>}
      {value !== undefined && <JsonView value={value} />}
    </section>
  );
}
