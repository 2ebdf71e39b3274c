import type { CompilePage, TrialPage } from '../../data/types/index.js';
import { count } from '../parts/format.js';
import { Value } from '../parts/value.jsx';
import { Verdict } from '../parts/verdict.jsx';
import { Effort } from './effort.jsx';
import { Forest } from './forest.jsx';
import { Roles } from './roles.jsx';

interface OutcomeProps {
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  /** Time of the run's last event: the end of what is still going on. */
  readonly lastTime: number;
}

/** The outcome of a compile: seed and best score, whether the difference is real, and what it took. */
export function Outcome({ compile, trials, lastTime }: OutcomeProps) {
  return (
    <section class="outcome" aria-label="Outcome">
      <Scores compile={compile} />
      <Effort compile={compile} trials={trials} lastTime={lastTime} />
      <Roles tokens={compile.tokens} />
    </section>
  );
}

function Scores({ compile }: { readonly compile: CompilePage }) {
  const { seedScore, bestScore, comparison, holdout } = compile;
  return (
    <div class="scores">
      <div class="score-line">
        <span class="score-from">
          <Value of="seed-score" value={seedScore} />
          <span class="caption">seed</span>
        </span>
        <span class="score-arrow" aria-hidden="true">
          →
        </span>
        <span class="score-to">
          <Value of="best-score" value={bestScore} />
          <span class="caption">best, full evaluation</span>
        </span>
      </div>
      {comparison ? <Verdict of="versus-seed" comparison={comparison} /> : <NoVerdict compile={compile} />}
      <Forest compile={compile} />
      {holdout && (
        <p class="holdout">
          On {count(holdout.n, 'example')} that the search never saw: <Value of="holdout-score" value={holdout.score} />
          {holdout.comparison && (
            <>
              {', '}
              <Verdict of="holdout-versus-seed" comparison={holdout.comparison} isInline />
            </>
          )}
        </p>
      )}
    </div>
  );
}

function NoVerdict({ compile }: { readonly compile: CompilePage }) {
  const why =
    compile.bestScore === null
      ? 'No full evaluation has ended.'
      : compile.seedScore === null
        ? 'The seed had no full evaluation to compare with.'
        : compile.best === compile.seed
          ? 'The seed is still the best.'
          : 'Seed and best share no example with a score.';
  return <p class="verdict verdict-noise muted">{why}</p>;
}
