import type { AttributeMap, AttributeValue } from '../span.js';
import { cutJson, cutText } from './limits.js';

/** Options of the mapping from events to spans. See `OtelOptions`. */
export interface MappingOptions {
  /** Whether to write inputs, outputs, messages, candidate texts and feedback. */
  readonly captureContent: boolean;
  /** Whether to write OpenInference's attributes where the GenAI conventions define none. */
  readonly openInference: boolean;
  /** Longest text of an attribute, in characters. */
  readonly maxAttributeLength: number;
}

/** Collects attributes. Skips absent values and cuts long ones. */
export class Attributes {
  readonly #values: Record<string, AttributeValue> = {};
  readonly #options: MappingOptions;

  constructor(options: MappingOptions) {
    this.#options = options;
  }

  /** Sets a non-empty string and skips anything else. */
  text(key: string, value: unknown): this {
    if (typeof value === 'string' && value !== '') this.#values[key] = cutText(value, this.#options.maxAttributeLength);
    return this;
  }

  /** Sets a finite number and skips anything else. */
  number(key: string, value: unknown): this {
    if (typeof value === 'number' && Number.isFinite(value)) this.#values[key] = value;
    return this;
  }

  /** Sets a boolean and skips anything else. */
  flag(key: string, value: unknown): this {
    if (typeof value === 'boolean') this.#values[key] = value;
    return this;
  }

  /** Sets the strings of a non-empty array and skips anything else. */
  texts(key: string, value: unknown): this {
    if (!Array.isArray(value) || value.length === 0) return this;
    const { maxAttributeLength } = this.#options;
    this.#values[key] = value
      .filter((item) => typeof item === 'string')
      .map((item) => cutText(item, maxAttributeLength));
    return this;
  }

  /** Sets a value as JSON, unless it is `undefined`. */
  json(key: string, value: unknown): this {
    if (value !== undefined) this.#values[key] = cutJson(value, this.#options.maxAttributeLength);
    return this;
  }

  /** Sets an object as JSON, unless it is empty. */
  members(key: string, value: object | undefined): this {
    return value === undefined || Object.keys(value).length === 0 ? this : this.json(key, value);
  }

  /** Calls `write` for attributes that contain user data, if `captureContent` is on. */
  content(write: (attributes: this) => void): this {
    if (this.#options.captureContent) write(this);
    return this;
  }

  /** Calls `write` for attributes that only OpenInference defines, if `openInference` is on. */
  openInference(write: (attributes: this) => void): this {
    if (this.#options.openInference) write(this);
    return this;
  }

  /** Calls `write` for attributes that stand in for OpenInference's, if `openInference` is off. */
  withoutOpenInference(write: (attributes: this) => void): this {
    if (!this.#options.openInference) write(this);
    return this;
  }

  get map(): AttributeMap {
    return this.#values;
  }
}
