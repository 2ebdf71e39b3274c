import type { AttributeMap, AttributeValue } from '../span.js';
import { cutJson, cutText } from './limits.js';

/** How spans are written. */
export interface MappingOptions {
  /** Whether inputs, outputs, messages, texts of candidates and feedback are written. */
  readonly captureContent: boolean;
  /** Whether OpenInference's names are written where the GenAI conventions have none. */
  readonly openInference: boolean;
  /** Longest text of an attribute, in characters. */
  readonly maxAttributeLength: number;
}

/** Collects attributes: leaves out what is not there, cuts what is long. */
export class Attributes {
  readonly #values: Record<string, AttributeValue> = {};
  readonly #options: MappingOptions;

  constructor(options: MappingOptions) {
    this.#options = options;
  }

  text(key: string, value: unknown): this {
    if (typeof value === 'string' && value !== '') this.#values[key] = cutText(value, this.#options.maxAttributeLength);
    return this;
  }

  /** A finite number; anything else is left out. */
  number(key: string, value: unknown): this {
    if (typeof value === 'number' && Number.isFinite(value)) this.#values[key] = value;
    return this;
  }

  flag(key: string, value: unknown): this {
    if (typeof value === 'boolean') this.#values[key] = value;
    return this;
  }

  texts(key: string, value: unknown): this {
    if (!Array.isArray(value) || value.length === 0) return this;
    const { maxAttributeLength } = this.#options;
    this.#values[key] = value
      .filter((item) => typeof item === 'string')
      .map((item) => cutText(item, maxAttributeLength));
    return this;
  }

  /** A value as JSON. */
  json(key: string, value: unknown): this {
    if (value !== undefined) this.#values[key] = cutJson(value, this.#options.maxAttributeLength);
    return this;
  }

  /** An object as JSON, unless it is empty. */
  members(key: string, value: object | undefined): this {
    return value === undefined || Object.keys(value).length === 0 ? this : this.json(key, value);
  }

  /** What the user's data is in: written only where content is. */
  content(write: (attributes: this) => void): this {
    if (this.#options.captureContent) write(this);
    return this;
  }

  /** What only OpenInference has a name for. */
  openInference(write: (attributes: this) => void): this {
    if (this.#options.openInference) write(this);
    return this;
  }

  /** What the GenAI conventions would have a second name for, where OpenInference's is not written. */
  otherwise(write: (attributes: this) => void): this {
    if (!this.#options.openInference) write(this);
    return this;
  }

  get map(): AttributeMap {
    return this.#values;
  }
}
