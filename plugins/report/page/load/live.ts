import { useEffect, useState } from 'preact/hooks';
import type { AnyData } from '../../data/types/index.js';
import { request } from './token.js';

/** The data as it stands. */
export interface Live {
  readonly data: AnyData;
  /** Whether the server that the page belongs to no longer answers. */
  readonly isLost: boolean;
}

/** Follows the page's own server, asking it whether there is something to fetch. A file has none: its data stays. */
export function useLive(first: AnyData): Live {
  const [data, setData] = useState(first);
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (first.mode === 'file') return undefined;
    return follow(addressOf(first), setData, setLost);
  }, [first]);
  return { data, isLost };
}

function addressOf(data: AnyData): string {
  if (data.view === 'list') return '/api/list';
  const runId = data.view === 'runs' ? data.runs[0]?.runId : data.runId;
  return `/api/runs/${encodeURIComponent(runId ?? '')}`;
}

/** How often the server is asked whether something changed, in ms. */
const LOOK_EVERY = 500;
const LONGEST_PAUSE = 15_000;

/**
 * Asks for changes and fetches after each. It holds no connection open: a browser has six for one server, over all its
 * tabs, and a seventh tab would wait for ever. A long run takes its time to be put together: after a fetch there is a pause
 * of twice that time, so that the server is not only busy with it.
 */
function follow(address: string, onData: (data: AnyData) => void, onLost: (isLost: boolean) => void): () => void {
  let isOver = false;
  const keepLooking = async (): Promise<void> => {
    let known: string | null = null;
    while (!isOver) {
      const started = performance.now();
      try {
        const stamp = await (await answered(`${address}/changes`)).text();
        if (stamp !== known && !isOver) onData((await (await answered(address)).json()) as AnyData);
        known = stamp;
        onLost(false);
      } catch {
        onLost(true);
      }
      await pause(Math.min(LONGEST_PAUSE, Math.max(LOOK_EVERY, 2 * (performance.now() - started))));
    }
  };
  void keepLooking();
  return () => {
    isOver = true;
  };
}

async function answered(address: string): Promise<Response> {
  const response = await request(address);
  if (!response.ok) throw new Error(`${address} was answered with ${response.status}`);
  return response;
}

/** Resolves after so many ms, or as soon as the page becomes visible again, because timers of hidden pages are slow. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    document.addEventListener('visibilitychange', end);
  });
}
