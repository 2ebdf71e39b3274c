import { useEffect, useState } from 'preact/hooks';
import type { AnyData } from '../data/types.js';

/** The data as it stands. */
export interface Live {
  readonly data: AnyData;
  /** Whether the server that the page belongs to no longer answers. */
  readonly isLost: boolean;
}

/** Follows the page's own server, which says when there is something to fetch. A file has none: its data stays. */
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

/**
 * Listens for changes and fetches after each; what changes meanwhile is fetched once more. A long run takes its time to be
 * put together: between two fetches there is a pause of twice that time, so that the server is not only busy with it.
 */
function follow(address: string, onData: (data: AnyData) => void, onLost: (isLost: boolean) => void): () => void {
  let isFetching = false;
  let isStale = false;
  const update = async (): Promise<void> => {
    isStale = true;
    if (isFetching) return;
    isFetching = true;
    try {
      while (isStale) {
        isStale = false;
        const started = performance.now();
        const response = await fetch(address);
        if (response.ok) onData((await response.json()) as AnyData);
        await pause(Math.min(LONGEST_PAUSE, 2 * (performance.now() - started)));
      }
    } catch {
      onLost(true);
    } finally {
      isFetching = false;
    }
  };
  const events = new EventSource(`${address}/changes`);
  events.onmessage = () => void update();
  events.onopen = () => onLost(false);
  events.onerror = () => onLost(true);
  return () => events.close();
}

const LONGEST_PAUSE = 15_000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
