import type { ComponentChildren } from 'preact';
import { dollars, duration, score, short, whole } from './format.js';

const FORMATS = { score, whole, short, dollars, duration } as const;

interface ValueProps {
  /** Name of the number: with its element's `value`, what a test or a script reads. */
  readonly of: string;
  readonly value: number | null | undefined;
  readonly as?: keyof typeof FORMATS;
  readonly class?: string;
}

/** A number as it is read, with its exact value. */
export function Value({ of, value, as = 'score', class: name }: ValueProps) {
  if (value === null || value === undefined) {
    return (
      <data class={`number ${name ?? ''}`} data-of={of} value="">
        –
      </data>
    );
  }
  const text = FORMATS[as](value);
  return (
    <data class={`number ${name ?? ''}`} data-of={of} value={String(value)} title={hint(value, as, text)}>
      {text}
    </data>
  );
}

/** The exact value, if the text shows a rounded one. */
function hint(value: number, as: keyof typeof FORMATS, text: string): string | undefined {
  if (as === 'duration') return value < 1_000 ? undefined : `${whole(value)} ms`;
  const exact = as === 'score' ? String(value) : value.toLocaleString('en-US', { maximumFractionDigits: 6 });
  return exact === text ? undefined : exact;
}

/** A number in a cell of a table. `fold`: narrow pages hide it, 1 first. */
export function NumberCell({ fold, ...value }: ValueProps & { readonly fold?: 1 | 2 }) {
  return (
    <td class={fold ? `right fold-${fold}` : 'right'}>
      <Value {...value} />
    </td>
  );
}

/** A name and what belongs to it. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
