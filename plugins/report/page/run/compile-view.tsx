import { useMemo } from 'preact/hooks';
import type { CompilePage, RunPage, TrialPage } from '../../data/types/index.js';
import { Lineage } from '../candidates/lineage.jsx';
import { Winner } from '../candidates/winner.jsx';
import { Pareto } from '../charts/pareto.jsx';
import { ScoreChart } from '../charts/score-chart.jsx';
import { Matrix } from '../matrix/matrix.jsx';
import type { RunState } from '../parts/selection.js';
import { TrialTable } from '../trials/trial-table.jsx';
import { Outcome } from './outcome.jsx';

interface CompileViewProps {
  readonly compile: CompilePage;
  readonly state: RunState;
}

/** One compile: its outcome, scores, winner, trials, examples, lineage and Pareto front. */
export function CompileView({ compile, state }: CompileViewProps) {
  const trials = useMemo(() => trialsOf(state.run, compile), [state.run, compile]);
  const chosen = state.selected?.kind === 'trial' ? state.selected.index : null;
  const open = (index: number, example?: number): void =>
    state.select({ kind: 'trial', index, ...(example === undefined ? {} : { example }) });
  const openCandidate = (candidate: number): void =>
    state.select({ kind: 'candidate', compile: compile.id, candidate });
  return (
    <>
      <Outcome compile={compile} trials={trials} lastTime={state.run.lastTime} />
      <ScoreChart compile={compile} trials={trials} chosen={chosen} onOpen={open} />
      <Winner run={state.run} compile={compile} onOpenCandidate={openCandidate} />
      <TrialTable compile={compile} trials={trials} chosen={chosen} onOpen={open} />
      <Matrix run={state.run} compile={compile} trials={trials} onOpen={open} />
      <Lineage compile={compile} state={state} onOpen={openCandidate} />
      <Pareto compile={compile} trials={trials} onOpen={open} />
    </>
  );
}

function trialsOf(run: RunPage, compile: CompilePage): readonly TrialPage[] {
  return run.trials.filter((trial) => run.compiles[trial.compile] === compile);
}
