import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { whole } from './format.js';

/** Characters that are not seen, or change how others are: each is shown by its code. Line breaks and tabs are no such. */
const HIDDEN = [
  '\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f', // control characters
  '\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb', // directions, joiners, ends of lines
  '\\u{e0000}-\\u{e007f}', // tags
].join('');
const HAS_HIDDEN = new RegExp(`[${HIDDEN}]`, 'u');
const HIDDEN_ONES = new RegExp(`([${HIDDEN}])`, 'gu');

const SHOWN_AT_FIRST = 4_000;

/** A text with its invisible characters shown, as children of an element that isolates its direction. */
export function visible(text: string): ComponentChildren {
  if (!HAS_HIDDEN.test(text)) return text;
  return text.split(HIDDEN_ONES).map((part) => {
    if (part === '' || !HAS_HIDDEN.test(part)) return part;
    return <span class="hidden-char">{codeOf(part)}</span>;
  });
}

/** As {@link visible}, for places without elements: an option, a title, a label. Long texts are cut. */
export function plainly(text: string): string {
  const shown = text.length > PLAIN ? `${text.slice(0, PLAIN)}…` : text;
  return shown.replace(HIDDEN_ONES, codeOf);
}

const PLAIN = 120;

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** A short text of the user's within a line; of a long one, its beginning. */
export function Inline({ text, class: name }: { readonly text: string; readonly class?: string }) {
  return <bdi class={name}>{visible(text.length > INLINE ? `${text.slice(0, INLINE)}…` : text)}</bdi>;
}

const INLINE = 500;

interface LongProps {
  readonly text: string;
  readonly class?: string;
  /** Characters that are shown at first. */
  readonly limit?: number;
}

/** A text of the user's with its line breaks. A long text is cut until the reader asks for all of it. */
export function Text({ text, class: name = '', limit = SHOWN_AT_FIRST }: LongProps) {
  const [isOpen, setOpen] = useState(false);
  const isCut = !isOpen && text.length > limit + 200;
  const shown = isCut ? text.slice(0, limit) : text;
  return (
    <div class={`text ${name}`} dir="auto">
      {visible(shown)}
      {isCut && <More of={text.length - limit} onOpen={() => setOpen(true)} />}
    </div>
  );
}

/** The button that shows the rest of a text. */
export function More({ of, onOpen }: { readonly of: number; readonly onOpen: () => void }) {
  return (
    <button type="button" class="more" onClick={onOpen}>
      … show {whole(of)} more characters
    </button>
  );
}
