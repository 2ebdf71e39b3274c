import { createHash } from 'node:crypto';
import { AutologError } from 'ax-autolog/sink';
import type { Prompts } from '../client/prompts.js';
import { MAX_PROMPT_CHARS } from '../limits.js';
import { type PromptWrite, TAG } from '../mapping/writes.js';
import type { LinkedPrompt } from './state.js';

const DIGEST_TAG = `${TAG}sha256`;

/**
 * Registers instructions as prompt versions. A text is registered once, however many runs and candidates use it: its hash is
 * searched for first.
 */
export class PromptRegistry {
  readonly #prompts: Prompts;
  readonly #prefix: string;
  readonly #ensured = new Set<string>();
  readonly #versions = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(prompts: Prompts, prefix: string) {
    this.#prompts = prompts;
    this.#prefix = prefix;
  }

  /** Returns the version with that text, creating it if needed. One at a time, so that two runs do not create it twice. */
  register(write: PromptWrite, experimentId: string): Promise<LinkedPrompt> {
    const result = this.#last.then(() => this.#register(write, experimentId));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #register({ component, text, description, tags }: PromptWrite, experimentId: string): Promise<LinkedPrompt> {
    const name = promptName(this.#prefix, component);
    if (text.length > MAX_PROMPT_CHARS) {
      const what = `the text of ${component} must have at most ${MAX_PROMPT_CHARS} characters to be registered as a prompt, got ${text.length}. Shorten it or set prompts to 'none'.`;
      throw new AutologError('AXL_MLFLOW_REFUSED', what);
    }
    const digest = createHash('sha256').update(text).digest('hex');
    const known = this.#versions.get(`${name} ${digest}`);
    if (known !== undefined) return { name, version: known };
    if (!this.#ensured.has(name)) await this.#prompts.ensure(name, experimentId);
    this.#ensured.add(name);
    const all = new Map([...Object.entries(tags), [DIGEST_TAG, digest], [`${TAG}component`, component]]);
    const version =
      (await this.#prompts.find(name, DIGEST_TAG, digest)) ??
      (await this.#prompts.createVersion({ name, text, description, tags: all }));
    this.#versions.set(`${name} ${digest}`, version);
    return { name, version };
  }
}

/**
 * Returns the name of a component's prompt: `gsm8k.root.instruction` for `gsm8k` and `root::instruction`. MLflow accepts
 * letters, digits, `_`, `-` and `.`.
 */
export function promptName(prefix: string, component: string): string {
  return `${prefix}.${component}`
    .replace(/:+/g, '.')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+/, '');
}
