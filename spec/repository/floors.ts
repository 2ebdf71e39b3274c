import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from './tree.js';

/** One `overrides` entry: the files it is about, and what they may not import. */
interface Rule {
  readonly includes: readonly string[];
  readonly patterns: readonly { readonly group: readonly string[]; readonly message: string }[];
}

/** The exports of `scripts/floors.mjs`. */
export interface Floors {
  readonly DOORS: readonly string[];
  readonly FLOORS: readonly string[];
  readonly FLAT: readonly string[];
  readonly IMPORTS: Readonly<Record<string, readonly string[]>>;
  readonly LOADS_PLUGINS: readonly string[];
  readonly PUBLIC_ENTRIES: readonly string[];
  rules(): readonly Rule[];
  update(text: string): string;
}

/** The list of floors. */
export const floors = (await import(pathToFileURL(join(ROOT, 'scripts/floors.mjs')).href)) as Floors;

/** Name of the floor that a file of lib/ is on, or `null` if the list has none for it. */
export function floorOf(path: string): string | null {
  const door = /^lib\/([^/]+)\.ts$/.exec(path)?.[1];
  if (door !== undefined) return floors.DOORS.includes(door) ? 'doors' : null;
  const [, folder = '', inner = ''] = /^lib\/([^/]+)\/(?:([^/]+)\/)?/.exec(path) ?? [];
  // Files directly in `capture` are a floor of their own, its folders are others.
  const parts = Object.keys(floors.IMPORTS).some((name) => name.startsWith(`${folder}/`));
  const name = parts && inner !== '' ? `${folder}/${inner}` : folder;
  return name in floors.IMPORTS ? name : null;
}
