import { types } from 'node:util';
import type { Json } from '../../contract/events.js';
import { DROPPED, REDACTED, type Redactor } from '../redact/redact.js';
import type { SecretNames } from '../redact/secret-names.js';
import { errorData, isErrorLike } from './errors.js';
import { className, exoticText, functionText, thrownText, unboxed } from './leaves.js';
import { fieldPlace, hiddenValue, type Places } from './places.js';

const MAX_DEPTH = 64;
const MAX_OBJECTS = 1_000_000;
const MAX_LEAVES = 5_000_000;
/** Class instances cost more, because services and programs hold whole object graphs. */
const INSTANCE_COST = 20;
const TRUNCATED = `[Truncated: more than ${MAX_OBJECTS} objects or ${MAX_LEAVES} values]`;

type MutableObject = Record<string, Json>;

interface WalkOptions {
  /** Default: `data` */
  readonly places?: Places;
  /** Names the secrets instead of removing them, for a program. */
  readonly names?: SecretNames;
  /** Members of the value in which secrets are named. From the others they are removed. Default: all */
  readonly named?: readonly string[];
}

/** How a program is captured. */
export type ProgramOptions = WalkOptions & Required<Pick<WalkOptions, 'names'>>;

/** Copies, redacts and freezes one value in one pass. */
export class Walk {
  readonly #redactor: Redactor | undefined;
  readonly #captured: WeakMap<object, Redactor | null>;
  #names: SecretNames | undefined;
  readonly #named: readonly string[] | undefined;
  /** Whether the current value is a secret of a program, because of its name. */
  #isSecret = false;
  /** Place of the current value: it decides which names are secret. */
  #places: Places;
  /** The objects that contain the current one. */
  readonly #ancestors: object[] = [];
  /** Path of the current value. Maintained only if there is a user's function. */
  readonly #path: string[] = [];
  #objects = MAX_OBJECTS;
  #leaves = MAX_LEAVES;

  constructor(redactor: Redactor | undefined, captured: WeakMap<object, Redactor | null>, options: WalkOptions) {
    this.#redactor = redactor;
    this.#captured = captured;
    this.#places = options.places ?? 'data';
    this.#names = options.names;
    this.#named = options.named;
  }

  /** Returns the snapshot of the value. The user's function is called for the value itself, too. */
  root(value: unknown): Json {
    return this.#entry(value, REDACTED) ?? null;
  }

  /** Returns the snapshot of the value. The user's function is called for its members only. */
  members(value: object): Json {
    return this.#value(value) ?? null;
  }

  /** Applies the user's function, and returns `dropped` if that failed. */
  #entry(value: unknown, dropped: Json | undefined): Json | undefined {
    const fn = this.#redactor?.fn;
    if (fn === undefined) return this.#value(value);
    const chosen = fn(value, this.#path);
    return chosen === DROPPED ? dropped : this.#value(chosen);
  }

  #value(value: unknown): Json | undefined {
    switch (typeof value) {
      case 'string':
        return this.#places === 'own' ? value : this.#text(value);
      case 'number':
        if (this.#isSecret && this.#names) return this.#names.whole(value + 0);
        return Number.isFinite(value) ? value + 0 : String(value);
      case 'boolean':
      case 'undefined':
        return value;
      case 'object':
        return value === null ? null : this.#object(value);
      case 'bigint':
        return this.#text(`${value}n`);
      case 'symbol':
        return this.#text(String(value));
      default:
        return this.#text(functionText(value as object));
    }
  }

  #text(text: string): string {
    const clean = this.#names ? this.#textOfProgram(text, this.#names) : (this.#redactor?.text(text) ?? text);
    return clean.isWellFormed() ? clean : clean.toWellFormed();
  }

  #textOfProgram(text: string, names: SecretNames): string {
    return this.#isSecret && text !== '' ? names.whole(text) : names.text(text);
  }

  #object(value: object): Json {
    if (!this.#names && this.#captured.get(value) === (this.#redactor ?? null)) return value as Json;
    if (this.#ancestors.includes(value)) return '[Circular]';
    if (this.#ancestors.length >= MAX_DEPTH) return '[Too deep]';
    this.#objects -= 1;
    this.#ancestors.push(value);
    const places = this.#places;
    try {
      return this.#walk(value);
    } catch (error) {
      return this.#text(`[Unreadable: ${thrownText(error)}]`);
    } finally {
      this.#places = places;
      this.#ancestors.pop();
    }
  }

  #walk(value: object): Json {
    if (Array.isArray(value)) return this.#list(value);
    const prototype: object | null = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#properties(value, Object.keys(value));
    if (types.isMap(value)) return this.#map(value);
    if (types.isSet(value)) return this.#list([...Set.prototype.values.call(value)]);
    if (types.isBoxedPrimitive(value)) return this.#value(unboxed(value)) ?? null;
    if (isErrorLike(value)) {
      return errorData(value, this.#redactor, (thrown) => this.#describe(thrown)) as unknown as Json;
    }
    const text = exoticText(value);
    if (text !== undefined) return this.#text(text);
    this.#objects -= INSTANCE_COST - 1;
    const keys = Object.keys(value);
    return keys.length === 0 ? this.#text(`[${className(prototype)}]`) : this.#properties(value, keys);
  }

  #properties(value: object, keys: readonly string[]): Json {
    const out: MutableObject = {};
    const redactor = this.#redactor;
    const fn = redactor?.fn;
    const here = this.#places;
    const places = typeof here === 'function' ? here(value) : here;
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i] as string;
      if (this.#spent()) {
        define(out, '[Truncated]', TRUNCATED);
        break;
      }
      const item = this.#read(value, key);
      const rule = redactor?.property(key);
      if (places !== 'data') this.#places = fieldPlace(places, key);
      const shown = redactor && rule?.open === false ? hiddenValue(redactor, rule, this.#places, item) : item;
      if (fn !== undefined) this.#path.push(key);
      const json = this.#names ? this.#programMember(key, item, shown) : this.#entry(shown, undefined);
      if (fn !== undefined) this.#path.pop();
      if (json !== undefined) set(out, key, this.#names?.text(key) ?? rule?.name ?? key, json);
    }
    return Object.freeze(out);
  }

  /** @param shown the item, or the text that replaces it because of its name */
  #programMember(key: string, item: unknown, shown: unknown): Json | undefined {
    const [names, isSecret] = [this.#names, this.#isSecret];
    if (this.#named && this.#ancestors.length === 1 && !this.#named.includes(key)) this.#names = undefined;
    this.#isSecret ||= shown !== item;
    const json = this.#entry(this.#names ? item : shown, undefined);
    this.#names = names;
    this.#isSecret = isSecret;
    return json;
  }

  #read(value: object, key: string): unknown {
    try {
      return (value as Record<string, unknown>)[key];
    } catch (error) {
      return `[Getter threw: ${thrownText(error)}]`;
    }
  }

  #list(value: readonly unknown[]): Json {
    const out: Json[] = [];
    const { length } = value;
    const fn = this.#redactor?.fn;
    for (let i = 0; i < length; i += 1) {
      if (this.#spent()) {
        out.push(TRUNCATED);
        break;
      }
      if (fn !== undefined) this.#path.push(String(i));
      out.push(this.#entry(this.#read(value, i as unknown as string), REDACTED) ?? null);
      if (fn !== undefined) this.#path.pop();
    }
    return Object.freeze(out);
  }

  #map(map: Map<unknown, unknown>): Json {
    const entries = [...Map.prototype.entries.call(map)];
    if (!entries.every(([key]) => typeof key === 'string')) {
      return this.#list(entries.map(([key, item]) => [key, this.#hideByKey(key, item)]));
    }
    // On an object without a prototype, __proto__ is an ordinary key.
    const plain: Record<string, unknown> = Object.create(null);
    for (const [key, item] of entries) plain[key as string] = item;
    return this.#properties(plain, Object.keys(plain));
  }

  #hideByKey(key: unknown, item: unknown): unknown {
    const redactor = this.#redactor;
    if (redactor === undefined || typeof key !== 'string' || this.#names) return item;
    return hiddenValue(redactor, redactor.property(key), fieldPlace(this.#places, key), item);
  }

  #spent(): boolean {
    this.#leaves -= 1;
    return this.#leaves < 0 || this.#objects < 0;
  }

  #describe(thrown: unknown): string {
    const json = this.root(thrown);
    return typeof json === 'string' ? json : JSON.stringify(json);
  }
}

/** Keys can hold secrets, too: `{ [apiKey]: usage }`. Keys that become equal by redaction get a number. */
function set(out: MutableObject, key: string, redacted: string, json: Json): void {
  const clean = redacted.isWellFormed() ? redacted : redacted.toWellFormed();
  let name = clean;
  if (clean !== key) for (let i = 2; Object.hasOwn(out, name); i += 1) name = `${clean} ${i}`;
  define(out, name, json);
}

function define(out: MutableObject, key: string, json: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(out, key, { value: json, enumerable: true, configurable: true, writable: true });
  } else {
    out[key] = json;
  }
}
