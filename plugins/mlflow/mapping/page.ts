import type { ErrorData, Json, TokensByRole } from 'ax-autolog/sink';
import { MAX_PARAM_CHARS, MAX_TAG_CHARS } from '../limits.js';
import { encodeKey, encodePath, isCut } from './keys.js';
import { type Table, tableText } from './tables.js';
import { firstChars, metricValue, paramText, wholeStep, wholeTime } from './values.js';
import { TAG, type Write } from './writes.js';

const LONG_PARAMS = 'long_params.json';
const LONG_TAGS = 'long_tags.json';

interface Whole {
  readonly key: string;
  readonly value: string;
}

/**
 * Contents of one MLflow run. Keeps keys and values within the server's limits, and remembers which params are set, because
 * they cannot change, and which tables exist. If a value is too long for a param or tag, the complete value is written to
 * `long_params.json` or `long_tags.json`, and the cut value refers to that file.
 */
export class RunPage {
  readonly #params = new Map<string, string>();
  readonly #whole = new Map<string, Map<string, Whole>>();
  readonly #tables: string[];

  readonly #out: (write: Write) => void;

  constructor(
    readonly run: string,
    out: (write: Write) => void,
    tables: readonly string[] = [],
  ) {
    this.#out = out;
    this.#tables = [...tables];
  }

  /** Sets params under `prefix`. A param that already has a different value goes under `fallbackPrefix`. */
  setParams(prefix: string, params: Iterable<readonly [string, Json]>, fallbackPrefix = prefix): void {
    for (const [name, value] of params) {
      const text = paramText(value);
      const wanted = `${prefix}${name}`;
      this.setParam(this.#isOther(wanted, text) ? `${fallbackPrefix}${name}` : wanted, text);
    }
  }

  /** Sets a param, even if the server will reject a second value: the rejection is then reported. */
  setParam(name: string, text: string): void {
    const key = encodeKey(name);
    if (this.#params.get(key) === text) return;
    if (!this.#params.has(key)) this.#params.set(key, text);
    const isLong = text.length > MAX_PARAM_CHARS;
    if (isLong || isCut(name, key)) this.#keepWhole(LONG_PARAMS, key, { key: name, value: text });
    this.#out({ op: 'param', run: this.run, key, value: isLong ? cut(text, MAX_PARAM_CHARS, LONG_PARAMS) : text });
  }

  /** Sets a tag. A later value replaces it. */
  setTag(name: string, text: string): void {
    const key = encodeKey(name);
    const isLong = text.length > MAX_TAG_CHARS;
    if (isLong || isCut(name, key)) this.#keepWhole(LONG_TAGS, key, { key: name, value: text });
    this.#out({ op: 'tag', run: this.run, key, value: isLong ? cut(text, MAX_TAG_CHARS, LONG_TAGS) : text });
  }

  /** Adds a point of a metric. A value that is not a number is dropped. */
  metric(name: string, value: unknown, time: number, step: number | null): void {
    const number = metricValue(value);
    if (number === null) return;
    const at = { time: wholeTime(time), step: wholeStep(step) };
    this.#out({ op: 'metric', run: this.run, key: encodeKey(name), value: number, ...at });
  }

  /** Adds tokens and cost per role as metrics: `tokens.task.total`, `tokens.reflection.cost`, … */
  tokens(prefix: string, tokens: TokensByRole | undefined, time: number, step: number): void {
    for (const [role, counts] of Object.entries(tokens ?? {})) {
      for (const [name, value] of Object.entries(counts))
        this.metric(`${prefix}tokens.${role}.${name}`, value, time, step);
    }
  }

  artifact(path: string, content: string, encoding: 'utf8' | 'base64' = 'utf8'): void {
    this.#out({ op: 'artifact', run: this.run, path: encodePath(path), content, encoding });
  }

  /** Writes a table: an artifact that MLflow's UI shows because a tag lists it. */
  table(path: string, table: Table): void {
    this.artifact(path, tableText(table));
    const encoded = encodePath(path);
    if (this.#tables.includes(encoded)) return;
    this.#tables.push(encoded);
    const listed = this.#tables.map((known) => ({ path: known, type: 'table' }));
    this.#out({ op: 'tag', run: this.run, key: 'mlflow.loggedArtifacts', value: JSON.stringify(listed) });
  }

  /** Writes an error: its message as tag, all of it as artifact. */
  error(prefix: string, error: ErrorData | undefined): void {
    if (!error) return;
    this.#out({
      op: 'tag',
      run: this.run,
      key: encodeKey(`${TAG}${prefix}error`),
      value: firstChars(`${error.name}: ${error.message}`, MAX_TAG_CHARS),
    });
    this.artifact(`${prefix}error.json`, `${JSON.stringify(error, null, 2)}\n`);
  }

  #isOther(name: string, text: string): boolean {
    const set = this.#params.get(encodeKey(name));
    return set !== undefined && set !== text;
  }

  #keepWhole(file: string, key: string, whole: Whole): void {
    const known = this.#whole.get(file) ?? new Map<string, Whole>();
    this.#whole.set(file, known.set(key, whole));
    this.artifact(file, `${JSON.stringify(Object.fromEntries(known), null, 2)}\n`);
  }
}

function cut(text: string, limit: number, file: string): string {
  const mark = `… [${text.length} characters, whole in ${file}]`;
  return `${firstChars(text, limit - mark.length)}${mark}`;
}
