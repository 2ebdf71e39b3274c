/**
 * Evaluates an arithmetic expression of numbers, `+ - * / x × ÷`, parentheses, thousands commas, `$` and `%`. Returns
 * `undefined` for any other text. It never runs code.
 */
export function evaluate(expression: string): number | undefined {
  const tokens = tokenize(expression);
  if (tokens === undefined || tokens.length === 0) return undefined;
  let at = 0;
  const factor = (): number => {
    const token = tokens[at++];
    if (token === '-') return -factor();
    if (token === '(') {
      const inner = sum();
      return tokens[at++] === ')' ? inner : Number.NaN;
    }
    return token === undefined ? Number.NaN : Number(token);
  };
  const product = (): number => {
    let value = factor();
    while (tokens[at] === '*' || tokens[at] === '/') value = tokens[at++] === '*' ? value * factor() : value / factor();
    return value;
  };
  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-')
      value = tokens[at++] === '+' ? value + product() : value - product();
    return value;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}

function tokenize(expression: string): string[] | undefined {
  const plain = expression
    .replace(/(\d),(?=\d{3})/g, '$1')
    .replace(/[$\s]/g, '')
    .replace(/[x×]/g, '*')
    .replace(/÷/g, '/')
    .replace(/(\d+(?:\.\d+)?|\.\d+)%/g, '($1/100)');
  const tokens = plain.match(/\d+\.\d+|\.\d+|\d+|[-+*/()]/g) ?? [];
  return tokens.join('') === plain ? tokens : undefined;
}

/** A statement of the form `expression = result` in a text. */
export interface Equation {
  /** The left-hand side, as written. */
  readonly expression: string;
  /** The number on the right. */
  readonly result: number;
  /** Whether the left-hand side has that value, to half a unit in the sixth decimal. */
  readonly correct: boolean;
}

/** Finds and checks every `a op b = c` in a text, in order. Calculator annotations (`<<48/2=24>>`) are skipped. */
export function equations(text: string): Equation[] {
  const found: Equation[] = [];
  const plain = text.replace(/<<[^>]*>>/g, '');
  for (const match of plain.matchAll(
    /([\d(][\d\s.,()+\-*/x×÷%$]*[-+*/x×÷][\d\s.,()+\-*/x×÷%$]*?)\s*=\s*\$?(-?[\d.,]*\d)/g,
  )) {
    const expression = (match[1] ?? '').trim();
    const result = Number((match[2] ?? '').replaceAll(',', ''));
    const value = evaluate(expression);
    if (value !== undefined) found.push({ expression, result, correct: Math.abs(value - result) < 5e-7 });
  }
  return found;
}

/** Returns the last number in a text ("the total is $1,072." → 1072); `undefined` if there is none. */
export function lastNumber(text: string): number | undefined {
  const last = text.match(/-?\d[\d,]*(?:\.\d+)?/g)?.at(-1);
  return last === undefined ? undefined : Number(last.replaceAll(',', ''));
}
