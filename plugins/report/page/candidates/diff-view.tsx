import { useMemo, useState } from 'preact/hooks';
import { count } from '../parts/format.js';
import { More, Text, visible } from '../parts/text.jsx';
import { type Stretch, textDiff } from './text-diff.js';

interface DiffViewProps {
  readonly before: string;
  readonly after: string;
}

/** One text compared with another: removed and added text is marked. */
export function DiffView({ before, after }: DiffViewProps) {
  const stretches = useMemo(() => textDiff(before, after), [before, after]);
  if (before === after) return <Text text={after} class="unchanged" />;
  if (stretches === null) return <Whole before={before} after={after} />;
  return (
    <div class="text diff" dir="auto">
      {stretches.map((stretch, index) => (
        <StretchView key={index} stretch={stretch} />
      ))}
    </div>
  );
}

function Whole({ before, after }: DiffViewProps) {
  return (
    <>
      <p class="note">Too long to compare piece by piece: first the old text, then the new one.</p>
      <Text text={before} class="removed-block" />
      <Text text={after} class="added-block" />
    </>
  );
}

const CONTEXT_LINES = 4;
const LONG = 3_000;

function StretchView({ stretch: { kind, text } }: { readonly stretch: Stretch }) {
  if (kind === 'removed')
    return (
      <del>
        <Long text={text} />
      </del>
    );
  if (kind === 'added')
    return (
      <ins>
        <Long text={text} />
      </ins>
    );
  return <Unchanged text={text} />;
}

/** Shows unchanged text only near changes, until a click shows all of it. */
function Unchanged({ text }: { readonly text: string }) {
  const [isOpen, setOpen] = useState(false);
  const lines = text.split('\n');
  const hidden = lines.length - 2 * CONTEXT_LINES;
  if (isOpen || hidden < 4) return <Long text={text} />;
  return (
    <>
      {visible(`${lines.slice(0, CONTEXT_LINES).join('\n')}\n`)}
      <button type="button" class="more fold" onClick={() => setOpen(true)}>
        {count(hidden, 'unchanged line')}
      </button>
      {visible(`\n${lines.slice(-CONTEXT_LINES).join('\n')}`)}
    </>
  );
}

function Long({ text }: { readonly text: string }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen || text.length < LONG) return <>{visible(text)}</>;
  return (
    <>
      {visible(text.slice(0, LONG))}
      <More of={text.length - LONG} onOpen={() => setOpen(true)} />
    </>
  );
}
