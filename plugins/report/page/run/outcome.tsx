import type { CompilePage, IntervalPage, TrialPage } from '../../data/types.js';
import { bound, count, score } from '../parts/format.js';
import { StatusMark } from '../parts/status.jsx';
import { Fact, Value } from '../parts/value.jsx';
import { Verdict } from '../parts/verdict.jsx';
import { Roles } from './roles.jsx';

interface OutcomeProps {
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  /** Time of the run's last event: the end of what is still going on. */
  readonly lastTime: number;
}

/** What a compile came to: seed and best score, whether the difference is real, and what it took. */
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

/** Seed and best on one scale, with their intervals: whether they overlap is seen at once. */
function Forest({ compile }: { readonly compile: CompilePage }) {
  const { seedScore, seedInterval, bestScore, bestInterval, best, seed } = compile;
  if (seedScore === null || bestScore === null || seedInterval === null || bestInterval === null || best === seed)
    return null;
  const low = Math.min(seedInterval[0], bestInterval[0]);
  const high = Math.max(seedInterval[1], bestInterval[1]);
  if (!(high > low)) return null;
  const at = (value: number): number => ((value - low) / (high - low)) * 100;
  return (
    <div
      class="forest"
      role="img"
      aria-label={`seed ${told(seedScore, seedInterval)}; best ${told(bestScore, bestInterval)}`}
    >
      <Bar name="seed" of={seedScore} interval={seedInterval} at={at} />
      <Bar name="best" of={bestScore} interval={bestInterval} at={at} />
      <span class="forest-scale number" aria-hidden="true">
        <span>{bound(low)}</span>
        <span>{bound(high)}</span>
      </span>
    </div>
  );
}

function told(value: number, [low, high]: IntervalPage): string {
  return `${score(value)}, 95 % interval ${bound(low)} to ${bound(high)}`;
}

interface BarProps {
  readonly name: string;
  readonly of: number;
  readonly interval: IntervalPage;
  readonly at: (value: number) => number;
}

function Bar({ name, of, interval: [low, high], at }: BarProps) {
  return (
    <span class={`forest-row forest-${name}`} aria-hidden="true">
      <span class="forest-name">{name}</span>
      <span class="forest-track">
        <span class="forest-bar" style={{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }} />
        <span class="forest-point" style={{ left: `${at(of)}%` }} />
      </span>
    </span>
  );
}

function Effort({ compile, trials, lastTime }: OutcomeProps) {
  const { spent, candidates } = compile;
  const of = (scope: TrialPage['scope']): number => trials.filter((trial) => trial.scope === scope).length;
  const kinds = (['full', 'minibatch', 'holdout'] as const).flatMap((scope) =>
    of(scope) > 0 ? [`${of(scope)} ${scope}`] : [],
  );
  const decided = candidates.filter(({ decision }) => decision !== null);
  const accepted = decided.filter(({ decision }) => decision?.accepted).length;
  const end = compile.endTime ?? lastTime;
  return (
    <dl class="effort">
      <Fact name="Status">
        <StatusMark status={compile.status} />
      </Fact>
      <Fact name="Trials">
        <Value of="trials" value={trials.length} as="whole" />
        <span class="caption">{kinds.join(' · ')}</span>
      </Fact>
      <Fact name="Candidates">
        <Value of="candidates" value={candidates.length} as="whole" />
        <span class="caption">
          {decided.length > 0 ? `${accepted} accepted · ${decided.length - accepted} rejected` : ''}
        </span>
      </Fact>
      <Fact name="LM calls">
        <Value of="calls" value={spent.calls} as="whole" />
      </Fact>
      <Fact name="Tokens">
        <Value of="tokens" value={spent.tokens} as="short" />
      </Fact>
      <Fact name="Cost">
        <Value of="cost" value={spent.cost} as="dollars" />
        {spent.cost === null && <span class="caption">no price known</span>}
      </Fact>
      <Fact name="Time">
        <Value of="time" value={end - compile.startTime} as="duration" />
        {compile.error && <span class="caption bad">{compile.error.name}</span>}
      </Fact>
      <Fact name="Certificate">
        <CertificateWord compile={compile} />
      </Fact>
    </dl>
  );
}

function CertificateWord({ compile: { certificate } }: { readonly compile: CompilePage }) {
  if (certificate === null) return <span class="muted">none</span>;
  return (
    <a href="#winner" class={`certificate-word is-${certificate.verdict}`}>
      {certificate.verdict}
    </a>
  );
}
