import { gzipSync } from 'node:zlib';
import type { RunHistory } from 'ax-autolog/analysis';
import { Details } from './data/details.js';

/** Details of one run as a file carries them: blocks of JSON objects, packed, and which key is in which block. */
export interface Blocks {
  /** Each block: base64 of gzipped JSON, `{ key: value }`. */
  readonly blocks: readonly string[];
  /** Position of a key's block. */
  readonly places: { readonly [key: string]: number };
  /** Traces that had no place. */
  readonly omittedTraces: number;
}

/** JSON of a block before it is packed, in characters: what is unpacked to show one detail. */
const BLOCK_SIZE = 512 * 1024;
/** Traces are most of a journal: what they may take of a file, packed, in characters. */
const TRACE_BUDGET = 8 * 1024 * 1024;

/** Packs the details of a run; of its traces, the first that have a place, those of the given ids before all others. */
export function packBlocks(history: RunHistory, tracesFirst: Iterable<string> = []): Blocks {
  const details = new Details(history);
  const packer = new Packer();
  for (const key of details.keys()) packer.add(key, details.get(key));
  packer.close();
  const limit = packer.size + TRACE_BUDGET;
  const ids = new Set([...tracesFirst, ...history.traces.keys()]);
  let omitted = 0;
  for (const id of ids) {
    const trace = history.traces.get(id);
    if (trace === undefined) continue;
    if (packer.size < limit) packer.add(`x${id}`, trace);
    else omitted += 1;
  }
  packer.close();
  return { blocks: packer.blocks, places: packer.places, omittedTraces: omitted };
}

class Packer {
  readonly blocks: string[] = [];
  readonly places: Record<string, number> = {};
  /** Characters of all packed blocks. */
  size = 0;
  #open: string[] = [];
  #length = 0;

  add(key: string, value: unknown): void {
    const text = `${JSON.stringify(key)}:${JSON.stringify(value ?? null)}`;
    if (this.#length > 0 && this.#length + text.length > BLOCK_SIZE) this.close();
    this.#open.push(text);
    this.#length += text.length;
    this.places[key] = this.blocks.length;
  }

  close(): void {
    if (this.#open.length === 0) return;
    const packed = pack(`{${this.#open.join(',')}}`);
    this.blocks.push(packed);
    this.size += packed.length;
    this.#open = [];
    this.#length = 0;
  }
}

/** Base64 of the gzipped text. */
export function pack(text: string): string {
  return gzipSync(text).toString('base64');
}
