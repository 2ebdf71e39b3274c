import type { Json } from 'ax-autolog/analysis';
import { useState } from 'preact/hooks';
import { count } from './format.js';
import { Inline, Text } from './text.jsx';

const SHOWN_AT_FIRST = 100;

/** A value of any form: texts as texts, lists and objects by their members. */
export function JsonView({ value, depth = 0 }: { readonly value: Json; readonly depth?: number }) {
  if (typeof value === 'string') return <Text text={value} class="json-text" />;
  if (value === null || typeof value !== 'object') return <span class="json-atom">{String(value)}</span>;
  const entries = Object.entries(value as { readonly [key: string]: Json });
  const isList = Array.isArray(value);
  if (entries.length === 0) return <span class="json-atom muted">{isList ? 'empty list' : 'empty'}</span>;
  return <Members entries={entries} isList={isList} depth={depth} />;
}

interface MembersProps {
  readonly entries: readonly (readonly [string, Json])[];
  readonly isList: boolean;
  readonly depth: number;
}

function Members({ entries, isList, depth }: MembersProps) {
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  return (
    <dl class={`json ${isList ? 'json-list' : ''}`}>
      {entries.slice(0, shown).map(([key, member]) => (
        <div class={isDeep(member) ? 'json-deep' : 'json-flat'} key={key}>
          <dt>{isList ? Number(key) + 1 : <Inline text={key} />}</dt>
          <dd>
            <Member value={member} depth={depth} />
          </dd>
        </div>
      ))}
      {entries.length > shown && (
        <button type="button" class="more" onClick={() => setShown(shown + 1_000)}>
          … show {count(entries.length - shown, 'more entry').replace('entrys', 'entries')}
        </button>
      )}
    </dl>
  );
}

/** Below the third level a list or object is folded: evidence may be deep. */
function Member({ value, depth }: { readonly value: Json; readonly depth: number }) {
  if (depth < 3 || !isDeep(value)) return <JsonView value={value} depth={depth + 1} />;
  const size = Object.keys(value as object).length;
  return (
    <details>
      <summary>{Array.isArray(value) ? count(size, 'item') : count(size, 'field')}</summary>
      <JsonView value={value} depth={0} />
    </details>
  );
}

function isDeep(value: Json): boolean {
  return value !== null && typeof value === 'object' && Object.keys(value).length > 0;
}
