import type { CandidatePage, CompilePage, TrialPage } from '../../data/types/index.js';
import { CandidateLink } from '../candidates/candidate-texts.jsx';
import { ParentComparisons } from '../candidates/comparisons.jsx';
import { TextsPanel } from '../candidates/texts-panel.jsx';
import { ErrorView } from '../parts/error-view.jsx';
import type { RunState } from '../parts/selection.js';
import { DecisionReason } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { Fact } from '../parts/value.jsx';
import { EvaluatedHead } from './evaluated-head.jsx';
import { ExampleList } from './example-list.jsx';
import { ScopeMark } from './trial-columns.jsx';

interface TrialPanelProps {
  readonly state: RunState;
  readonly compile: CompilePage;
  readonly trial: TrialPage;
  /** Position in the batch of the example that is open at first. */
  readonly example: number | null;
}

/** One trial: its score, the decision on its candidate, the candidate's texts, and its examples. */
export function TrialPanel({ state, compile, trial, example }: TrialPanelProps) {
  const candidate = compile.candidates[trial.candidate ?? -1];
  const openCandidate = (position: number): void =>
    state.select({ kind: 'candidate', compile: compile.id, candidate: position });
  return (
    <div class="panel-content" data-panel-trial={trial.index}>
      <h2>
        <span class="muted">Trial {trial.index}</span> <Inline text={trial.name ?? ''} />
      </h2>
      <TrialHead {...{ compile, trial, candidate, openCandidate }} />
      {trial.decision && <DecisionReason decision={trial.decision} />}
      {candidate && <ParentComparisons compile={compile} candidate={candidate} trial={trial.index} />}
      {trial.error && <ErrorView error={trial.error} />}
      {candidate && <TextsPanel run={state.run} {...{ compile, candidate, onOpenCandidate: openCandidate }} />}
      <ExampleList
        run={state.run}
        evaluated={trial}
        detail={`t${trial.index}`}
        solvedAt={compile.solvedAt}
        opened={example}
      />
    </div>
  );
}

interface TrialHeadProps {
  readonly compile: CompilePage;
  readonly trial: TrialPage;
  readonly candidate: CandidatePage | undefined;
  readonly openCandidate: (position: number) => void;
}

function TrialHead({ compile, trial, candidate, openCandidate }: TrialHeadProps) {
  return (
    <EvaluatedHead evaluated={trial}>
      <Fact name="Scope">
        <ScopeMark scope={trial.scope} />
      </Fact>
      {trial.phase && (
        <Fact name="Phase">
          <Inline text={trial.phase} />
        </Fact>
      )}
      {candidate && trial.candidate !== null && (
        <Fact name="Candidate">
          <CandidateLink compile={compile} position={trial.candidate} onOpen={openCandidate} />
        </Fact>
      )}
    </EvaluatedHead>
  );
}
