import { useMemo, useState } from 'preact/hooks';
import type { RunPage } from '../../data/types/index.js';
import type { RunState, Selected } from '../parts/selection.js';
import { LooseTraces } from '../traces/trace-list.jsx';
import { CompileView } from './compile-view.jsx';
import { Evaluations } from './evaluations.jsx';
import { CompileTabs, RunHead } from './head.jsx';
import { LoggedMetrics, Notes } from './notes.jsx';
import { SelectedPanel } from './panel.jsx';
import { RunSettings } from './settings.jsx';

/** One run: its outcome, then the chosen compile, then everything that belongs to the whole run. */
export function RunView({ run, version }: { readonly run: RunPage; readonly version: string }) {
  const [compileId, setCompile] = useState(() => firstShown(run));
  const [selected, select] = useState<Selected | null>(null);
  const compile = run.compiles.find(({ id }) => id === compileId) ?? run.compiles[0];
  const state = useMemo<RunState>(() => ({ run, selected, select }), [run, selected]);
  const choose = (id: string): void => {
    setCompile(id);
    select(null);
  };
  return (
    <div class={selected ? 'split is-open' : 'split'}>
      <main class="page" id="main">
        <RunHead run={run} />
        {run.compiles.length > 1 && <CompileTabs run={run} chosen={compile?.id ?? ''} onChoose={choose} />}
        {compile && <CompileView key={compile.id} compile={compile} state={state} />}
        <Evaluations state={state} />
        <LooseTraces traces={run.traces} />
        <LoggedMetrics metrics={run.metrics} />
        <RunSettings run={run} compile={compile} />
        <Notes run={run} />
        <footer class="foot">
          Made by ax-autolog {version} from the journal of <bdi class="mono">{run.runId}</bdi>.
        </footer>
      </main>
      {selected && <SelectedPanel state={state} selected={selected} />}
    </div>
  );
}

/** The compile with the best full score; without any, the first. */
function firstShown({ compiles }: RunPage): string {
  const ranked = [...compiles].sort((a, b) => (b.bestScore ?? -Infinity) - (a.bestScore ?? -Infinity));
  return ranked[0]?.id ?? '';
}
