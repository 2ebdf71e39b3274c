import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useEffect, useReducer, useRef, useState } from 'preact/hooks';

/** The rows of a long list that are drawn, and the room that the others take. */
export interface VirtualRows {
  readonly rows: readonly number[];
  readonly before: number;
  readonly after: number;
  /** Brings a row into view. */
  readonly scrollTo: (row: number) => void;
}

/** Draws only the rows in view; all of them on paper. Rows have one height, in pixels. */
export function useVirtualRows(place: RefObject<HTMLElement | null>, count: number, height: number): VirtualRows {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const isPrinting = usePrinting();
  const options = {
    count,
    getScrollElement: () => place.current,
    estimateSize: () => height,
    overscan: 12,
    initialRect: { width: 1_000, height: 700 },
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => redraw(undefined),
  };
  const made = useRef<Virtualizer<HTMLElement, HTMLElement> | null>(null);
  made.current ??= new Virtualizer<HTMLElement, HTMLElement>(options);
  const virtualizer = made.current;
  virtualizer.setOptions(options);
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useEffect(() => virtualizer._willUpdate());
  const items = virtualizer.getVirtualItems();
  const scrollTo = (row: number): void => virtualizer.scrollToIndex(row, { align: 'auto' });
  if (isPrinting) return { rows: Array.from({ length: count }, (_, row) => row), before: 0, after: 0, scrollTo };
  return {
    rows: items.map(({ index }) => index),
    before: items[0]?.start ?? 0,
    after: virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0),
    scrollTo,
  };
}

/** Whether the page is being printed. */
export function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(() => matchMedia('print').matches);
  useEffect(() => {
    const query = matchMedia('print');
    const update = (): void => setPrinting(query.matches);
    query.addEventListener('change', update);
    return () => query.removeEventListener('change', update);
  }, []);
  return isPrinting;
}
