/**
 * Characters that are not seen but do something: control characters, marks that change the direction of text (Trojan
 * Source, CVE-2021-42574), tags, fillers, separators of lines and lone surrogates. The flags of England, Scotland and Wales
 * are spelled with tags and are matched whole.
 */
const HIDDEN =
  /\u{1f3f4}\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}|(?![\n\t])[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;
const FLAG = '\u{1f3f4}';
const PLAIN = /^[\n\t\x20-\x7e]*$/;

/** A letter or mark of the scripts in which a joiner decides how a word is spelled. */
const JOINING = [
  '(?=[\\p{L}\\p{M}])[',
  ...['Arab', 'Syrc', 'Nkoo', 'Mand', 'Mong', 'Phag', 'Mani', 'Phlp', 'Adlm', 'Rohg', 'Sogd'],
  ...['Deva', 'Beng', 'Guru', 'Gujr', 'Orya', 'Taml', 'Telu', 'Knda', 'Mlym', 'Sinh', 'Newa', 'Gran', 'Tirh'],
  ...['Khmr', 'Mymr', 'Tibt', 'Bali', 'Java', 'Sund', 'Lana', 'Cakm', 'Brah', 'Mtei', 'Sylo', 'Kthi'],
  ']',
]
  .map((part) => (part.length === 4 ? `\\p{scx=${part}}` : part))
  .join('');
const AFTER_JOINING = new RegExp(`${JOINING}$`, 'u');
const BEFORE_JOINING = new RegExp(`^${JOINING}`, 'u');
const JOINER = /^[\u200c\u200d]$/;
const AFTER_EMOJI = /\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]{0,2}$/u;
const BEFORE_EMOJI = /^\p{Extended_Pictographic}/u;
/** The selectors that choose between the forms of a character, after a character that has several. */
const VARIATION =
  /\p{Emoji}[\ufe0e\ufe0f]$|[\p{scx=Han}\p{Sm}\p{scx=Mymr}\p{scx=Phag}0\uff01-\uff1f][\ufe00-\ufe02]$|\p{scx=Han}[\u{e0100}-\u{e01ef}]$|\p{scx=Mong}[\u180b-\u180f]$/u;

/** The styles that `painter` writes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const STYLES = /(\u001b\[(?:0|1|2|31|32|33|36)m)/;

/**
 * Returns a text with every hidden character shown by its code: `\u001b`, `\u{e0041}`. Line feeds and tabs stay, CRLF
 * becomes a line feed. Joiners and variation selectors stay if they belong to the spelling of a word or an emoji.
 * Repeating it changes nothing.
 */
export function visibleText(text: string): string {
  return shown(text.replaceAll('\r\n', '\n'), codeOf);
}

/** Escapes the hidden characters of a JSON text as {@link visibleText} does. The result parses to the same value. */
export function visibleJson(json: string): string {
  return shown(json, (character) => character.split('').map(codeOf).join(''));
}

/**
 * Returns a text as it may be written to a terminal. Everything that could control the terminal is shown as by
 * {@link visibleText}.
 *
 * @param isStyled whether the styles that `painter` writes stay. Default false
 * @experimental
 */
export function terminalText(text: string, isStyled = false): string {
  if (!isStyled) return visibleText(text);
  return text
    .split(STYLES)
    .map((part, at) => (at % 2 === 1 ? part : visibleText(part)))
    .join('');
}

function shown(text: string, code: (character: string) => string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(HIDDEN, (character: string, at: number) => {
    if (character.startsWith(FLAG)) return character;
    const before = text.slice(Math.max(0, at - 8), at);
    return isSpelling(character, before, text.slice(at + character.length, at + character.length + 2))
      ? character
      : code(character);
  });
}

function isSpelling(character: string, before: string, after: string): boolean {
  if (!JOINER.test(character)) return VARIATION.test(before + character);
  // Nobody writes two joiners in a row, but a hidden message consists of them.
  if (JOINER.test(before.slice(-1)) || JOINER.test(after.slice(0, 1))) return false;
  if (AFTER_JOINING.test(before) || BEFORE_JOINING.test(after)) return true;
  return character === '\u200d' && AFTER_EMOJI.test(before) && BEFORE_EMOJI.test(after);
}

function codeOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}
