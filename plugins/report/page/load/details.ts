import { createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { request } from './token.js';
import { unpack } from './unpack.js';

/** Reads a detail by the run's position and the detail's key; resolves to `undefined` if there is none. */
export type ReadDetail = (run: number, key: string) => Promise<unknown>;

/** Details from the blocks of the file. The last blocks stay unpacked. */
export function fileDetails(places: readonly Record<string, number>[]): ReadDetail {
  const kept = new Map<string, Promise<Record<string, unknown>>>();
  const block = (id: string): Promise<Record<string, unknown>> => {
    const known = kept.get(id) ?? readBlock(id);
    kept.delete(id);
    kept.set(id, known);
    const [oldest] = kept.keys();
    if (kept.size > BLOCKS_KEPT && oldest !== undefined) kept.delete(oldest);
    return known;
  };
  return async (run, key) => {
    const place = places[run]?.[key];
    if (place === undefined) return undefined;
    return (await block(`block-${run}-${place}`))[key];
  };
}

const BLOCKS_KEPT = 24;

async function readBlock(id: string): Promise<Record<string, unknown>> {
  const text = document.getElementById(id)?.textContent;
  if (!text) throw new Error('This part of the file is missing.');
  return JSON.parse(await unpack(JSON.parse(text) as string)) as Record<string, unknown>;
}

/** Details from the page's own server. */
export function liveDetails(runs: readonly { readonly runId: string }[]): ReadDetail {
  return async (run, key) => {
    const { runId = '' } = runs[run] ?? {};
    const response = await request(`/api/runs/${encodeURIComponent(runId)}/details/${encodeURIComponent(key)}`);
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    return await response.json();
  };
}

/** Gives components the details of the run that they show. */
export const DetailContext = createContext<(key: string) => Promise<unknown>>(async () => undefined);

/** The state of reading a detail. */
export interface Found<T> {
  readonly value: T | undefined;
  readonly isLoading: boolean;
  readonly error: string | null;
}

/** Reads a detail once a component shows it, and again when `stamp` changes. The old value stays until the new one is read. */
export function useDetail<T>(key: string | null, stamp: unknown = 0): Found<T> {
  const read = useContext(DetailContext);
  const [found, setFound] = useState<Found<T> & { readonly key: string | null }>({ ...NOTHING, key: null });
  const wanted = useRef(key);
  wanted.current = key;
  useEffect(() => {
    if (key === null) return;
    const done = (result: Partial<Found<T>>): void => {
      if (wanted.current === key) setFound({ ...NOTHING, isLoading: false, ...result, key });
    };
    read(key).then(
      (value) => done({ value: value as T | undefined }),
      (error: unknown) => done({ error: error instanceof Error ? error.message : String(error) }),
    );
  }, [key, stamp, read]);
  return found.key === key ? found : NOTHING;
}

const NOTHING = { value: undefined, isLoading: true, error: null };
