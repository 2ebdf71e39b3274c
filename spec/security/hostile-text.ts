import { expect } from 'chai';
import type { AnyEvent, Json } from '../../lib/contract/events.js';

/** Sequences that a terminal would obey, and characters that hide or turn round what is read. */
export const HOSTILE: readonly string[] = [
  '\u001b]52;c;ZXZpbA==\u0007',
  '\u001b]52;c;ZXZpbA==\u001b\\',
  '\u001b]8;;http://evil.example\u001b\\link\u001b]8;;\u001b\\',
  '\u001b]0;title\u0007\u001b]2;title\u0007\u001b]1337;File=:QQ==\u0007',
  '\u001b[2J\u001b[H\u001b[3J\u001bc\u001b[?1049h',
  '\u001b[31mFORGED\u001b[0m\u001b[8mhidden\u001b[5;7m',
  '\u001b[6n\u001b[c\u001bP$q"p\u001b\\\u001b_G\u001b\\\u001b^x\u001b\\',
  '\u009b2J\u009d52;c;QQ==\u009c\u0090q\u009c\u0085',
  'real\rfake\b\b\u000b\f\u007f\u0000\u0007\u000e\u000f',
  '\u202egnp.exe\u202c \u2066x\u2069\u2067y\u2068z \u200e\u200f\u061c',
  'pay\u200bpal \u2060\ufeff\u00ad\u200d\u200d\u200c \u3164 \ufff9a\ufffa\ufffb',
  `${String.fromCodePoint(0xe0069, 0xe0067, 0xe006e)}\u{e0001}`,
  '\u2028\u2029',
];
export const ALL = HOSTILE.join('');

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const OWN = /\u001b\[(?:0|1|2|31|32|33|36)m|\r\u001b\[2?K/g;
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/u;
const FORGED = '\u001b[31mFORGED';

/** Expects that a terminal obeys nothing of an output but our own styles and erased lines. */
export function expectInert(output: string, about: string): void {
  expect(output, about).to.not.include(FORGED);
  const rest = output.replace(OWN, '');
  const at = rest.search(OBEYED);
  expect(at < 0 ? '' : JSON.stringify(rest.slice(Math.max(0, at - 40), at + 20)), about).to.equal('');
}

/** Fields whose values are words of the format or references, which are not free text. */
const WORDS =
  /^(status|kind|scope|role|verdict|format|type|operation|state|digest|decision|encoding)$|[iI]d$|Ids?$|^parents$/;
/** Objects whose keys are free text. */
const NAMED = /^(tags|params|texts|hyperparameters|options|scores|settings|example|prediction|data|demos)$/;

/** Returns a text, or a key of named texts, with something planted in it. */
export type Planter = (text: string, isKey: boolean) => string;

const around: Planter = (text, isKey) => (isKey ? `${text}${ALL}` : `${ALL}${text}${ALL}`);

/** Returns events with something planted in every free text of their data, and in every key that is one. */
export function planted(events: readonly AnyEvent[], planter = around): AnyEvent[] {
  return events.map(
    (event) => ({ ...event, data: plant(event.data as unknown as Json, '', planter) }) as unknown as AnyEvent,
  );
}

function plant(value: Json, key: string, planter: Planter): Json {
  if (typeof value === 'string') return WORDS.test(key) ? value : planter(value, false);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((member) => plant(member, key, planter));
  const members = Object.entries(value).map(([name, member]) => [
    NAMED.test(key) ? planter(name, true) : name,
    // The name of a certificate's check is one of a set of words.
    key === 'checks' && name === 'name' ? member : plant(member as Json, name, planter),
  ]);
  return Object.fromEntries(members) as Json;
}
