import type { ComponentChildren } from 'preact';
import type { EvaluatedPage } from '../../data/types/index.js';
import { moment, range } from '../parts/format.js';
import { SpentFacts } from '../parts/spent.jsx';
import { StatusMark } from '../parts/status.jsx';
import { Fact, Value } from '../parts/value.jsx';

interface EvaluatedHeadProps {
  readonly evaluated: EvaluatedPage;
  readonly children: ComponentChildren;
}

/** The score and numbers of a trial or an evaluation. `children` are the facts that only one of them has. */
export function EvaluatedHead({ evaluated, children }: EvaluatedHeadProps) {
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
        <SpentFacts spent={tokens} prefix="panel-" />
        <Fact name="Time">
          <Value of="panel-time" value={evaluated.durationMs} as="duration" />
        </Fact>
        <Fact name="Started">{moment(evaluated.startTime)}</Fact>
      </dl>
    </>
  );
}
