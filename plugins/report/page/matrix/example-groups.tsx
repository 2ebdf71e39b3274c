import { useMemo, useState } from 'preact/hooks';
import type { CompilePage, RunPage, TrialPage } from '../../data/types/index.js';
import { count, score } from '../parts/format.js';
import { Inline } from '../parts/text.jsx';
import { exampleGroups } from './matrix-model.js';

interface GroupsProps {
  readonly run: RunPage;
  readonly compile: CompilePage;
  readonly trials: readonly TrialPage[];
  readonly onOpen: (trial: number, example?: number) => void;
}

/** Which examples still fail, and which the best won and lost against the seed. */
export function ExampleGroupList({ run, compile, trials, onOpen }: GroupsProps) {
  const groups = useMemo(() => exampleGroups(compile, trials), [compile, trials]);
  const best = trials.find(({ index }) => index === compile.bestTrial);
  if (best === undefined) return null;
  const open = (example: number): void => {
    const at = best.examples.indexOf(example);
    onOpen(best.index, at === -1 ? undefined : at);
  };
  const threshold = `score below ${score(compile.solvedAt)} in every full evaluation`;
  return (
    <div class="groups">
      <Group name="Never solved" of="never" hint={threshold} examples={groups.never} {...{ run, open }} />
      <Group
        name="Lost by the best"
        of="lost"
        hint="scored higher with the seed"
        examples={groups.lost}
        {...{ run, open }}
      />
      <Group
        name="Won by the best"
        of="won"
        hint="scored lower with the seed"
        examples={groups.won}
        {...{ run, open }}
      />
    </div>
  );
}

interface GroupProps {
  readonly run: RunPage;
  readonly name: string;
  readonly of: string;
  readonly hint: string;
  readonly examples: readonly number[];
  readonly open: (example: number) => void;
}

const SHOWN_AT_FIRST = 5;

function Group({ run, name, of, hint, examples, open }: GroupProps) {
  const [limit, setLimit] = useState(SHOWN_AT_FIRST);
  return (
    <div class={`group group-${of}`}>
      <h3>
        <data class="number" data-of={`examples-${of}`} value={String(examples.length)}>
          {examples.length}
        </data>{' '}
        {name}
      </h3>
      <p class="muted small">{hint}</p>
      {examples.length === 0 && <p class="muted nothing-here">none</p>}
      <ul>
        {examples.slice(0, limit).map((example) => (
          <li key={example}>
            <button type="button" class="link group-item" onClick={() => open(example)}>
              <Inline text={run.examples[example]?.label ?? ''} />
            </button>
          </li>
        ))}
      </ul>
      {examples.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit + 50)}>
          … {count(examples.length - limit, 'more example')}
        </button>
      )}
    </div>
  );
}
