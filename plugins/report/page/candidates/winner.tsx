import { useState } from 'preact/hooks';
import type { CompilePage, RunPage } from '../../data/types/index.js';
import { Choice, Section } from '../parts/section.jsx';
import { Value } from '../parts/value.jsx';
import { CandidateLink, CandidateTexts, type TextView } from './candidate-texts.jsx';
import { Certificate } from './certificate.jsx';

interface WinnerProps {
  readonly run: RunPage;
  readonly compile: CompilePage;
  readonly onOpenCandidate: (position: number) => void;
}

const VIEWS: readonly (readonly [TextView, string])[] = [
  ['seed', 'Against seed'],
  ['parent', 'Against parent'],
  ['blame', 'Blame'],
  ['text', 'Text'],
];

/** The winner: the changes in its prompt, the origin of each line, and whether it is the program that was scored. */
export function Winner({ run, compile, onOpenCandidate }: WinnerProps) {
  const [view, setView] = useState<TextView>('seed');
  const candidate = compile.candidates[compile.winner ?? -1];
  if (candidate === undefined || compile.winner === null) {
    return (
      <Section id="winner" title="Winner">
        <p class="muted">
          {compile.status === 'running' ? 'Nothing is best yet.' : 'This compile has returned nothing.'}
        </p>
      </Section>
    );
  }
  const hasParent = candidate.parents.some((parent) => parent >= 0);
  return (
    <Section
      id="winner"
      title={compile.status === 'running' ? 'Best so far' : 'Winner'}
      aside={
        <>
          <CandidateLink compile={compile} position={compile.winner} onOpen={onOpenCandidate} />{' '}
          <Value of="winner-score" value={candidate.score} />
        </>
      }
      controls={
        <Choice
          label="Texts"
          options={VIEWS.filter(([key]) => key !== 'parent' || hasParent)}
          value={view}
          onChoose={setView}
        />
      }
    >
      {compile.winner === compile.seed && view !== 'text' && (
        <p class="note">The winner is the seed: nothing was changed.</p>
      )}
      <CandidateTexts run={run} compile={compile} candidate={candidate} view={view} onOpenCandidate={onOpenCandidate} />
      <Certificate certificate={compile.certificate} />
    </Section>
  );
}
