import type { RefObject } from 'preact';
import { useEffect, useReducer } from 'preact/hooks';
import type { MatrixModel } from './matrix-model.js';

/** Sizes and scroll position of the matrix, in pixels. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Room for the labels of rows. */
  readonly left: number;
  readonly scrollX: number;
  readonly scrollY: number;
}

/** Row and column of a cell. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

const MOST_HEIGHT = 440;
/** Room below for a horizontal scroll bar. */
const SCROLLBAR = 12;

/** The geometry of the matrix in an element, measured again when the element's size changes and on `measure`. */
export function useGeometry(place: RefObject<HTMLElement | null>, model: MatrixModel) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new ResizeObserver(() => redraw(undefined));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [place]);
  return { geometry: geometryOf(model, place.current), measure: () => redraw(undefined) };
}

function geometryOf({ rows, columns }: MatrixModel, place: HTMLElement | null): Geometry {
  const width = place?.clientWidth ?? 800;
  const left = width > 640 ? 170 : 84;
  const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));
  const cellWidth = clamp((width - left) / Math.max(1, columns.length), 4, 26);
  const cellHeight = Math.floor(clamp(MOST_HEIGHT / Math.max(1, rows.length), 7, 24));
  return {
    width,
    height: Math.min(MOST_HEIGHT, rows.length * cellHeight + SCROLLBAR),
    cellWidth: cellWidth < 8 ? Math.floor(cellWidth) : cellWidth,
    cellHeight,
    left,
    scrollX: place?.scrollLeft ?? 0,
    scrollY: place?.scrollTop ?? 0,
  };
}

/** The cell under the pointer, if there is one. */
export function placeAt(
  event: MouseEvent,
  canvas: HTMLCanvasElement | null,
  model: MatrixModel,
  geometry: Geometry,
): Place | null {
  const box = canvas?.getBoundingClientRect();
  if (box === undefined) return null;
  const x = event.clientX - box.left - geometry.left;
  const y = event.clientY - box.top;
  if (x < 0 || y < 0) return null;
  const column = Math.floor((x + geometry.scrollX) / geometry.cellWidth);
  const row = Math.floor((y + geometry.scrollY) / geometry.cellHeight);
  return row < model.rows.length && column < model.columns.length ? { row, column } : null;
}

/** Scrolls so that a cell is in view. */
export function reveal(place: HTMLElement | null, { row, column }: Place, geometry: Geometry): void {
  if (place === null) return;
  const { cellWidth, cellHeight, left, width, height } = geometry;
  const scrolled = (scroll: number, at: number, size: number, room: number): number =>
    at < scroll ? at : at + size > scroll + room ? at + size - room : scroll;
  place.scrollLeft = scrolled(place.scrollLeft, column * cellWidth, cellWidth, width - left);
  place.scrollTop = scrolled(place.scrollTop, row * cellHeight, cellHeight, height);
}
