import type { Json } from 'ax-autolog/analysis';
import type { CandidatePage, CompilePage, RunPage } from '../../data/types/index.js';
import { componentName, count, shortId } from '../parts/format.js';
import { JsonView } from '../parts/json.jsx';
import { Inline, Text } from '../parts/text.jsx';
import { BlameView } from './blame-view.jsx';
import { DiffView } from './diff-view.jsx';

/** How a candidate's texts are shown: compared with the seed or a parent, with blame, or as they are. */
export type TextView = 'seed' | 'parent' | 'blame' | 'text';

interface TextsProps {
  readonly run: RunPage;
  readonly compile: CompilePage;
  readonly candidate: CandidatePage;
  readonly view: TextView;
  readonly onOpenCandidate: (position: number) => void;
}

/** The texts of a candidate, those that differ first, then its demos and settings. */
export function CandidateTexts(props: TextsProps) {
  const { run, candidate } = props;
  const text = (position: number | null): string => run.texts[position ?? -1] ?? '';
  const base = baseOf(props);
  const keys = Object.keys(candidate.texts);
  const changed = keys.filter((key) => base === null || base.texts[key] !== candidate.texts[key]);
  const ordered = [...changed, ...keys.filter((key) => !changed.includes(key))];
  const demosMoved = base !== null && base.demos !== candidate.demos;
  return (
    <div class="texts">
      {ordered.map((key) => (
        <div class="component" key={key}>
          <h3>
            <Inline text={componentName(key)} />
            {base !== null && !changed.includes(key) && <span class="muted"> unchanged</span>}
          </h3>
          <ComponentText {...props} base={base} name={key} />
        </div>
      ))}
      {candidate.withheld && <p class="muted">Not captured: {candidate.withheld.join(', ')}.</p>}
      {keys.length === 0 && candidate.state === null && !candidate.withheld && (
        <p class="muted">This candidate has no texts.</p>
      )}
      {candidate.demos !== null && (
        <details class="component">
          <summary>
            {count(candidate.demoCount, 'demo')}
            {demosMoved && (
              <span class="muted"> {base.demos === null ? '(none before)' : `(${base.demoCount} before)`}</span>
            )}
          </summary>
          <JsonView value={JSON.parse(text(candidate.demos)) as Json} />
        </details>
      )}
      {demosMoved && candidate.demos === null && <p class="muted">{count(base.demoCount, 'demo')} taken out.</p>}
      <Extra name="Model settings" json={candidate.modelConfig === null ? null : text(candidate.modelConfig)} />
      <Extra name="State" json={candidate.state === null ? null : text(candidate.state)} />
    </div>
  );
}

function Extra({ name, json }: { readonly name: string; readonly json: string | null }) {
  if (json === null) return null;
  return (
    <div class="component">
      <h3>{name}</h3>
      <JsonView value={JSON.parse(json) as Json} />
    </div>
  );
}

/** The candidate to compare with; `null` if there is none or nothing is compared. */
function baseOf({ compile, candidate, view }: TextsProps): CandidatePage | null {
  const parent = compile.candidates[candidate.parents[0] ?? -1] ?? null;
  const seed = compile.candidates[compile.seed ?? -1] ?? null;
  const base = view === 'seed' ? seed : view === 'parent' ? parent : null;
  return base === candidate ? null : base;
}

interface ComponentTextProps extends TextsProps {
  readonly base: CandidatePage | null;
  readonly name: string;
}

function ComponentText({ run, compile, candidate, view, base, name, onOpenCandidate }: ComponentTextProps) {
  const text = run.texts[candidate.texts[name] ?? -1] ?? '';
  if (view === 'blame') {
    const position = compile.candidates.indexOf(candidate);
    return <BlameView run={run} compile={compile} position={position} component={name} onOpen={onOpenCandidate} />;
  }
  if (view === 'text' || base === null) return <Text text={text} />;
  return <DiffView before={run.texts[base.texts[name] ?? -1] ?? ''} after={text} />;
}

/** Name of a candidate that can be opened. */
export function CandidateLink(props: {
  readonly compile: CompilePage;
  readonly position: number;
  readonly onOpen: (position: number) => void;
}) {
  const { compile, position, onOpen } = props;
  const candidate = compile.candidates[position];
  if (candidate === undefined) return <span class="muted">unknown</span>;
  return (
    <button type="button" class="link mono" onClick={() => onOpen(position)}>
      <Inline text={shortId(candidate.id)} />
      {position === compile.seed && <span class="tag">seed</span>}
    </button>
  );
}
