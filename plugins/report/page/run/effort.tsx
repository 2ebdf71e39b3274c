import type { CandidatePage, CompilePage, TrialPage } from '../../data/types/index.js';
import { SpentFacts } from '../parts/spent.jsx';
import { StatusMark } from '../parts/status.jsx';
import { Fact, Value } from '../parts/value.jsx';

interface EffortProps {
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  /** Time of the run's last event: until then a compile that has not ended counts. */
  readonly lastTime: number;
}

/** How a compile ended, and how many trials, candidates, LM calls and tokens, and how much money and time it took. */
export function Effort({ compile, trials, lastTime }: EffortProps) {
  const { spent, candidates, startTime, endTime, error } = compile;
  return (
    <dl class="effort">
      <Fact name="Status">
        <StatusMark status={compile.status} />
      </Fact>
      <Fact name="Trials">
        <TrialCount trials={trials} />
      </Fact>
      <Fact name="Candidates">
        <CandidateCount candidates={candidates} />
      </Fact>
      <SpentFacts spent={spent} hasCaption />
      <Fact name="Time">
        <Value of="time" value={(endTime ?? lastTime) - startTime} as="duration" />
        {error && <span class="caption bad">{error.name}</span>}
      </Fact>
      <Fact name="Certificate">
        <CertificateWord compile={compile} />
      </Fact>
    </dl>
  );
}

/** The number of trials, and how many of them are of each scope. */
function TrialCount({ trials }: { readonly trials: readonly TrialPage[] }) {
  const scopes = (['full', 'minibatch', 'holdout'] as const).flatMap((scope) => {
    const { length } = trials.filter((trial) => trial.scope === scope);
    return length > 0 ? [`${length} ${scope}`] : [];
  });
  return (
    <>
      <Value of="trials" value={trials.length} as="whole" />
      <span class="caption">{scopes.join(' · ')}</span>
    </>
  );
}

/** The number of candidates, and what was decided about them. */
function CandidateCount({ candidates }: { readonly candidates: readonly CandidatePage[] }) {
  const decided = candidates.filter(({ decision }) => decision !== null);
  const accepted = decided.filter(({ decision }) => decision?.accepted).length;
  return (
    <>
      <Value of="candidates" value={candidates.length} as="whole" />
      <span class="caption">
        {decided.length > 0 ? `${accepted} accepted · ${decided.length - accepted} rejected` : ''}
      </span>
    </>
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
