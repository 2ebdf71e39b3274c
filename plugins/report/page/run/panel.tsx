import { useEffect, useRef } from 'preact/hooks';
import { CandidatePanel } from '../candidates/candidate-panel.jsx';
import type { RunState, Selected } from '../parts/selection.js';
import { EvaluationPanel } from '../trials/evaluation-panel.jsx';
import { TrialPanel } from '../trials/trial-panel.jsx';

interface SelectedPanelProps {
  readonly state: RunState;
  readonly selected: Selected;
}

/** The panel beside the page. Escape closes it and returns the focus to the element that opened it. */
export function SelectedPanel({ state, selected }: SelectedPanelProps) {
  const place = useRef<HTMLElement>(null);
  const opener = useRef<Element | null>(null);
  const { select } = state;
  useEffect(() => {
    opener.current = document.activeElement;
    if (matchMedia('(max-width: 899px)').matches) place.current?.focus();
  }, []);
  useEffect(() => {
    const close = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      select(null);
      if (opener.current instanceof HTMLElement) opener.current.focus();
    };
    document.addEventListener('keydown', close);
    return () => document.removeEventListener('keydown', close);
  }, [select]);
  return (
    <aside class="panel" ref={place} tabIndex={-1} aria-label="Details">
      <div class="panel-bar">
        <button type="button" class="quiet" onClick={() => select(null)} aria-label="Close details">
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      <Content state={state} selected={selected} />
    </aside>
  );
}

function Content({ state, selected }: SelectedPanelProps) {
  const { run } = state;
  if (selected.kind === 'candidate') {
    const compile = run.compiles.find(({ id }) => id === selected.compile);
    const candidate = compile?.candidates[selected.candidate];
    if (compile === undefined || candidate === undefined) return <p class="muted">This candidate is not known.</p>;
    return <CandidatePanel key={candidate.id} {...{ state, compile, candidate }} />;
  }
  if (selected.kind === 'evaluation') {
    const evaluation = run.evaluations.find(({ index }) => index === selected.index);
    return evaluation ? (
      <EvaluationPanel key={evaluation.id} {...{ state, evaluation, example: selected.example ?? null }} />
    ) : null;
  }
  const trial = run.trials.find(({ index }) => index === selected.index);
  const compile = run.compiles[trial?.compile ?? -1];
  if (trial === undefined || compile === undefined) return <p class="muted">This trial is not known.</p>;
  return <TrialPanel key={trial.id} {...{ state, compile, trial, example: selected.example ?? null }} />;
}
