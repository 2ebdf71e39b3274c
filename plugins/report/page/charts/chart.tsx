import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Drawing, init, type Option } from './echarts.js';

/** Something drawn that the pointer is on. */
export interface Pointed {
  /** The value that the series gave it. */
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

interface ChartProps {
  readonly option: Option;
  readonly height: number;
  /** Describes the drawing for readers who do not see it. */
  readonly label: string;
  readonly onOpen?: (id: number) => void;
  /** The content of the tip beside the thing that the pointer is on. */
  readonly tip?: (id: number) => ComponentChildren;
}

/** A drawing by ECharts. Points carry their id as the third of their values; tips are elements of ours, never markup. */
export function Chart({ option, height, label, onOpen, tip }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const pointed = useDrawing(place, option, onOpen);
  return (
    <div class="chart">
      <div ref={place} class="chart-place" role="img" aria-label={label} style={{ height: `${height}px` }} />
      {pointed && tip && (
        <div
          class={`tip ${leaning(pointed.x, place.current)}`}
          style={{ left: `${pointed.x}px`, top: `${pointed.y}px` }}
        >
          {tip(pointed.id)}
        </div>
      )}
    </div>
  );
}

/** Draws in an element as long as it is on the page. Returns the thing that the pointer is on. */
function useDrawing(
  place: RefObject<HTMLElement | null>,
  option: Option,
  onOpen: ChartProps['onOpen'],
): Pointed | null {
  const drawing = useRef<Drawing | null>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const opened = useRef(onOpen);
  opened.current = onOpen;
  useEffect(() => {
    if (place.current === null) return undefined;
    const made = init(place.current, null, { renderer: 'canvas' });
    drawing.current = made;
    made.on('mouseover', (event) => setPointed(pointedBy(event)));
    made.on('mouseout', () => setPointed(null));
    made.on('click', (event) => {
      const found = pointedBy(event);
      if (found) opened.current?.(found.id);
    });
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(place.current);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, [place]);
  useEffect(() => {
    drawing.current?.setOption(option, { replaceMerge: ['series', 'xAxis', 'yAxis', 'parallelAxis'] });
    place.current?.setAttribute('data-drawn', String(Math.round(performance.now())));
  }, [place, option]);
  return pointed;
}

interface MouseEventOfChart {
  readonly value?: unknown;
  readonly event?: { readonly offsetX: number; readonly offsetY: number };
}

function pointedBy(event: unknown): Pointed | null {
  const { value, event: at } = event as MouseEventOfChart;
  if (!Array.isArray(value) || typeof value[2] !== 'number' || at === undefined) return null;
  return { id: value[2], x: at.offsetX, y: at.offsetY };
}

/** Whether a tip is left or right of its point: it must not leave the drawing. */
function leaning(x: number, place: HTMLElement | null): string {
  return place !== null && x > place.clientWidth / 2 ? 'is-left' : 'is-right';
}
