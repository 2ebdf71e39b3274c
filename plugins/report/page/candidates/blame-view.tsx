import { useMemo } from 'preact/hooks';
import { type Ancestor, type BlamedPiece, blame } from '../../data/blame.js';
import type { CompilePage, RunPage } from '../../data/types/index.js';
import { shortId } from '../parts/format.js';
import { Inline, Text } from '../parts/text.jsx';

interface BlameProps {
  readonly run: RunPage;
  readonly compile: CompilePage;
  readonly position: number;
  readonly component: string;
  readonly onOpen: (position: number) => void;
}

/** A text by the candidates that introduced its pieces. */
export function BlameView({ run, compile, position, component, onOpen }: BlameProps) {
  const groups = useMemo(() => {
    const ancestors = compile.candidates.map(
      ({ texts, parents }): Ancestor => ({ text: run.texts[texts[component] ?? -1] ?? null, parents }),
    );
    return grouped(blame(ancestors, position));
  }, [run, compile, position, component]);
  const origins = [...new Set(groups.map(({ origin }) => origin))].sort((a, b) => a - b);
  return (
    <ol class="blame">
      {groups.map(({ origin, text }, index) => (
        <li
          key={index}
          class={`blame-row blame-${origins.indexOf(origin) % 6}`}
          data-origin={compile.candidates[origin]?.id}
        >
          <Origin compile={compile} position={origin} onOpen={onOpen} />
          <Text text={text.replace(/\n$/, '')} />
        </li>
      ))}
    </ol>
  );
}

/** Neighbouring pieces of one origin go together. */
function grouped(pieces: readonly BlamedPiece[]): BlamedPiece[] {
  const groups: BlamedPiece[] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    if (last && last.origin === piece.origin) groups[groups.length - 1] = { ...last, text: last.text + piece.text };
    else groups.push(piece);
  }
  return groups;
}

interface OriginProps {
  readonly compile: CompilePage;
  readonly position: number;
  readonly onOpen: (position: number) => void;
}

/** A candidate, who made it and its first trial. A click opens it, with the evidence that its proposer saw. */
function Origin({ compile, position, onOpen }: OriginProps) {
  const candidate = compile.candidates[position];
  if (candidate === undefined) return <span class="origin muted">unknown</span>;
  const [trial] = candidate.trials;
  const isSeed = position === compile.seed;
  return (
    <button type="button" class="origin" onClick={() => onOpen(position)}>
      <span class="mono">
        <Inline text={shortId(candidate.id)} />
      </span>
      <span class="muted">
        {isSeed ? 'seed' : (candidate.by ?? 'unknown')}
        {trial !== undefined && ` · trial ${trial}`}
      </span>
    </button>
  );
}
