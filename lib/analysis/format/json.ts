/** Controls that JSON leaves as they are (DEL, C1) and the marks that turn the direction of text. */
const UNESCAPED = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** JSON of the same value in which nothing can drive a terminal, or show text in another order than it has. */
export function safeJson(json: string): string {
  return json.replace(UNESCAPED, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
