import { useState } from 'preact/hooks';
import type { CandidatePage, CompilePage, RunPage } from '../../data/types/index.js';
import { Choice } from '../parts/section.jsx';
import { CandidateTexts, type TextView } from './candidate-texts.jsx';

const VIEWS: readonly (readonly [TextView, string])[] = [
  ['parent', 'Against parent'],
  ['seed', 'Against seed'],
  ['blame', 'Blame'],
  ['text', 'Text'],
];

interface TextsPanelProps {
  readonly run: RunPage;
  readonly compile: CompilePage;
  readonly candidate: CandidatePage;
  readonly onOpenCandidate: (position: number) => void;
}

/** The texts of a candidate, and the choice of what they are compared with. */
export function TextsPanel({ run, compile, candidate, onOpenCandidate }: TextsPanelProps) {
  const isSeed = compile.candidates[compile.seed ?? -1] === candidate;
  const hasParent = candidate.parents.some((parent) => parent >= 0);
  const options = VIEWS.filter(([key]) => (key === 'parent' ? hasParent : key === 'text' || !isSeed));
  const [view, setView] = useState<TextView>(options[0]?.[0] ?? 'text');
  return (
    <section class="panel-part" aria-label="Texts">
      <div class="part-head">
        <h3>Texts</h3>
        {options.length > 1 && <Choice label="Texts" options={options} value={view} onChoose={setView} />}
      </div>
      <CandidateTexts {...{ run, compile, candidate, view, onOpenCandidate }} />
    </section>
  );
}
