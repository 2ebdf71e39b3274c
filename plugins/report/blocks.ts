import { gzipSync } from 'node:zlib';
import type { RunHistory } from 'ax-autolog/analysis';
import { Details } from './data/details.js';

/** Details of one run in a report file. */
export interface Blocks {
  /** Blocks, each base64 of gzipped JSON `{ key: value }`. */
  readonly blocks: readonly string[];
  /** Index of the block that contains a key. */
  readonly places: { readonly [key: string]: number };
  /** Number of traces that did not fit. */
  readonly omittedTraces: number;
}

/** Size of a block's JSON before packing, in characters. Showing one detail unpacks one block. */
const BLOCK_SIZE = 512 * 1024;
/** Most characters of packed traces in a file. Traces are the largest part of a journal. */
const TRACE_BUDGET = 8 * 1024 * 1024;

/** Packs the details of a run. Traces are packed until the budget is used, those in `tracesFirst` before all others. */
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

/** Compresses a text with gzip and encodes it as base64. */
export function pack(text: string): string {
  return gzipSync(text).toString('base64');
}
