import type { ComponentChildren } from 'preact';
import type { CompilePage, EvaluatedPage, EvaluationPage, TrialPage } from '../../data/types.js';
import { CandidateLink } from '../candidates/candidate-texts.jsx';
import { ParentComparisons } from '../candidates/comparisons.jsx';
import { TextsPanel } from '../candidates/texts-panel.jsx';
import { ErrorView } from '../parts/error-view.jsx';
import { moment, range } from '../parts/format.js';
import type { RunState } from '../parts/selection.js';
import { DecisionMark, StatusMark } from '../parts/status.jsx';
import { Inline } from '../parts/text.jsx';
import { Fact, Value } from '../parts/value.jsx';
import { ExampleList } from './example-list.jsx';
import { ScopeMark } from './trial-columns.jsx';

interface TrialPanelProps {
  readonly state: RunState;
  readonly compile: CompilePage;
  readonly trial: TrialPage;
  /** Position in the batch of the example to begin with. */
  readonly example: number | null;
}

/** One trial: its score, what became of its candidate, the candidate's texts, and its examples. */
export function TrialPanel({ state, compile, trial, example }: TrialPanelProps) {
  const candidate = compile.candidates[trial.candidate ?? -1];
  const openCandidate = (position: number): void =>
    state.select({ kind: 'candidate', compile: compile.id, candidate: position });
  return (
    <div class="panel-content" data-panel-trial={trial.index}>
      <h2>
        <span class="muted">Trial {trial.index}</span> <Inline text={trial.name ?? ''} />
      </h2>
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
      {trial.decision && (
        <div class="decision-said">
          <DecisionMark accepted={trial.decision.accepted} /> <Inline text={trial.decision.reason} />
          {trial.decision.derived && <span class="tag">derived</span>}
        </div>
      )}
      {candidate && <ParentComparisons compile={compile} candidate={candidate} trial={trial.index} />}
      {trial.error && <ErrorView error={trial.error} />}
      {candidate && trial.candidate !== null && (
        <TextsPanel run={state.run} {...{ compile, candidate, onOpenCandidate: openCandidate }} />
      )}
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

interface EvaluationPanelProps {
  readonly state: RunState;
  readonly evaluation: EvaluationPage;
  readonly example: number | null;
}

/** One evaluation outside of every compile. */
export function EvaluationPanel({ state, evaluation, example }: EvaluationPanelProps) {
  return (
    <div class="panel-content" data-panel-evaluation={evaluation.index}>
      <h2>
        <span class="muted">Evaluation {evaluation.index}</span> <Inline text={evaluation.name ?? ''} />
      </h2>
      <EvaluatedHead evaluated={evaluation}>
        <Fact name="Evaluator">
          <Inline text={evaluation.evaluator} />
        </Fact>
      </EvaluatedHead>
      {evaluation.error && <ErrorView error={evaluation.error} />}
      <ExampleList
        run={state.run}
        evaluated={evaluation}
        detail={`v${evaluation.index}`}
        solvedAt={0.5}
        opened={example}
      />
    </div>
  );
}

interface HeadProps {
  readonly evaluated: EvaluatedPage;
  readonly children: ComponentChildren;
}

function EvaluatedHead({ evaluated, children }: HeadProps) {
  const { interval, tokens, scores } = evaluated;
  return (
    <>
      <p class="panel-score">
        <Value of="panel-score" value={evaluated.score} />
        {interval && <span class="muted number">95 % interval {range(interval)}</span>}
        {evaluated.status !== 'finished' && <StatusMark status={evaluated.status} />}
      </p>
      <dl class="facts">
        {children}
        {Object.entries(scores ?? {}).map(([objective, value]) => (
          <Fact key={objective} name={objective}>
            <Value of="panel-objective" value={value} />
          </Fact>
        ))}
        <Fact name="Examples">
          <Value of="panel-n" value={evaluated.n} as="whole" />
        </Fact>
        <Fact name="Errors">
          <Value of="panel-errors" value={evaluated.errors} as="whole" />
        </Fact>
        <Fact name="LM calls">
          <Value of="panel-calls" value={tokens.calls} as="whole" />
        </Fact>
        <Fact name="Tokens">
          <Value of="panel-tokens" value={tokens.tokens} as="short" />
        </Fact>
        <Fact name="Cost">
          <Value of="panel-cost" value={tokens.cost} as="dollars" />
        </Fact>
        <Fact name="Time">
          <Value of="panel-time" value={evaluated.durationMs} as="duration" />
        </Fact>
        <Fact name="Started">{moment(evaluated.startTime)}</Fact>
      </dl>
    </>
  );
}
