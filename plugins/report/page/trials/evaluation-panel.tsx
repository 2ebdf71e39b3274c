import type { EvaluationPage } from '../../data/types/index.js';
import { ErrorView } from '../parts/error-view.jsx';
import type { RunState } from '../parts/selection.js';
import { Inline } from '../parts/text.jsx';
import { Fact } from '../parts/value.jsx';
import { EvaluatedHead } from './evaluated-head.jsx';
import { ExampleList } from './example-list.jsx';

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
