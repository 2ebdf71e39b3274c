import type { ComponentChildren } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import type { PageData } from '../data/types/index.js';
import { Compare } from './compare/compare.jsx';
import type { Carried } from './load/carried.js';
import { DetailContext } from './load/details.js';
import { useLive } from './load/live.js';
import { linkTo } from './load/token.js';
import { Inline } from './parts/text.jsx';
import { ThemeContext, ThemeToggle, useTheme } from './parts/theme.jsx';
import { Problem } from './problem.jsx';
import { RunList } from './run/run-list.jsx';
import { RunView } from './run/run-view.jsx';

/** The page: one run, several with a comparison, or the list of a folder's runs. */
export function App({ carried }: { readonly carried: Carried }) {
  const theme = useTheme();
  const { data, isLost } = useLive(carried.data);
  return (
    <ThemeContext.Provider value={theme.colors}>
      <a class="skip" href="#main">
        Skip to the report
      </a>
      <header class="top">
        <span class="brand">
          {data.mode === 'live' ? <a href={linkTo('/')}>ax-autolog</a> : 'ax-autolog'}
          {data.view === 'runs' && data.runs.length === 1 && data.runs[0] && (
            <>
              <span class="slash" aria-hidden="true">
                /
              </span>
              <Inline text={data.runs[0].name} />
            </>
          )}
        </span>
        {isLost && (
          <span class="lost" role="status">
            The server is gone; this is what was last seen.
          </span>
        )}
        <ThemeToggle theme={theme} />
      </header>
      {data.view === 'list' && <RunList data={data} />}
      {data.view === 'problem' && <Problem data={data} />}
      {data.view === 'runs' && <Runs data={data} detail={carried.detail} />}
    </ThemeContext.Provider>
  );
}

interface RunsProps {
  readonly data: PageData;
  readonly detail: Carried['detail'];
}

const COMPARE = -1;

function Runs({ data, detail }: RunsProps) {
  const { runs } = data;
  const [chosen, setChosen] = useState(runs.length > 1 ? COMPARE : 0);
  const run = runs[chosen];
  const read = useCallback((key: string) => detail(chosen, key), [detail, chosen]);
  return (
    <>
      {runs.length > 1 && (
        <nav class="run-tabs" aria-label="Runs">
          <Tab isOn={chosen === COMPARE} onChoose={() => setChosen(COMPARE)}>
            Side by side
          </Tab>
          {runs.map(({ runId, name }, index) => (
            <Tab key={runId} isOn={chosen === index} onChoose={() => setChosen(index)}>
              <Inline text={name} /> <span class="muted">{runId.slice(-6)}</span>
            </Tab>
          ))}
        </nav>
      )}
      <DetailContext.Provider value={read}>
        {run ? (
          <RunView key={run.runId} run={run} version={data.version} />
        ) : (
          <Compare runs={runs} onOpen={setChosen} />
        )}
      </DetailContext.Provider>
    </>
  );
}

interface TabProps {
  readonly isOn: boolean;
  readonly onChoose: () => void;
  readonly children: ComponentChildren;
}

function Tab({ isOn, onChoose, children }: TabProps) {
  return (
    <button type="button" class="tab" aria-pressed={isOn} onClick={onChoose}>
      {children}
    </button>
  );
}
