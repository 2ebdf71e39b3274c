import type { AnyData } from '../../data/types/index.js';
import { fileDetails, liveDetails, type ReadDetail } from './details.js';
import { unpack } from './unpack.js';

/** The data that the page carries, and a way to read details. */
export interface Carried {
  readonly data: AnyData;
  /** Reads a detail of a run, by the run's position. */
  readonly detail: ReadDetail;
}

/** Reads what is in the page's own elements. */
export async function readCarried(): Promise<Carried> {
  const data = await carried<AnyData>('data');
  if (data === null) throw new Error('Its data is missing.');
  if (data.view !== 'runs' || data.mode === 'live')
    return { data, detail: liveDetails(data.view === 'runs' ? data.runs : []) };
  const places = (await carried<readonly Record<string, number>[]>('places')) ?? [];
  return { data, detail: fileDetails(places) };
}

async function carried<T>(id: string): Promise<T | null> {
  const text = document.getElementById(id)?.textContent;
  if (!text) return null;
  const value: unknown = JSON.parse(text);
  return (typeof value === 'string' ? JSON.parse(await unpack(value)) : value) as T;
}
