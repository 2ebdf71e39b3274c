import { useContext, useEffect, useReducer, useRef } from 'preact/hooks';
import { ThemeContext } from '../parts/theme.jsx';
import { drawMatrix, type Geometry, type Place } from './matrix-canvas.js';
import type { MatrixModel } from './matrix-model.js';

interface MatrixGridProps {
  readonly model: MatrixModel;
  readonly cursor: Place | null;
  readonly onPoint: (place: Place | null) => void;
  readonly onOpen: (place: Place) => void;
}

const MOST_HEIGHT = 440;
/** Room below for a horizontal scroll bar. */
const SCROLLBAR = 12;

/** The matrix on a canvas that only draws what is in view; the arrow keys move over it, Enter opens. */
export function MatrixGrid({ model, cursor, onPoint, onOpen }: MatrixGridProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = useContext(ThemeContext);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new ResizeObserver(() => redraw(undefined));
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  const geometry = geometryOf(model, place.current);
  useEffect(() => {
    if (canvas.current) drawMatrix(canvas.current, { model, geometry, cursor, colors });
  });
  const at = (event: MouseEvent): Place | null => placeAt(event, canvas.current, model, geometry);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && cursor) onOpen(cursor);
    const moved = move(cursor, event.key, model);
    if (moved === null) return;
    event.preventDefault();
    reveal(place.current, moved, geometry);
    onPoint(moved);
  };
  return (
    <div
      class="matrix"
      ref={place}
      style={{ height: `${geometry.height}px` }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move over its cells
      tabIndex={0}
      role="application"
      aria-label={`Matrix of scores, ${model.rows.length} trials by ${model.columns.length} examples. Arrow keys move, Enter opens.`}
      onScroll={() => redraw(undefined)}
      onKeyDown={onKeyDown}
      onMouseMove={(event) => onPoint(at(event))}
      onMouseLeave={() => onPoint(null)}
      onClick={(event) => {
        const found = at(event);
        if (found) onOpen(found);
      }}
    >
      <canvas ref={canvas} style={{ width: `${geometry.width}px`, height: `${geometry.height}px` }} />
      <div
        class="matrix-room"
        style={{
          width: `${geometry.left + model.columns.length * geometry.cellWidth}px`,
          height: `${model.rows.length * geometry.cellHeight}px`,
        }}
      />
    </div>
  );
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

function placeAt(
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

const MOVES: Record<string, readonly [rows: number, columns: number]> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  PageDown: [10, 0],
  PageUp: [-10, 0],
};

function move(cursor: Place | null, key: string, { rows, columns }: MatrixModel): Place | null {
  const by = MOVES[key];
  if (by === undefined) return null;
  if (cursor === null) return { row: 0, column: 0 };
  const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
  return { row: within(cursor.row + by[0], rows.length), column: within(cursor.column + by[1], columns.length) };
}

/** Scrolls so that a cell is in view. */
function reveal(place: HTMLElement | null, { row, column }: Place, geometry: Geometry): void {
  if (place === null) return;
  const { cellWidth, cellHeight, left, width, height } = geometry;
  const scrolled = (scroll: number, at: number, size: number, room: number): number =>
    at < scroll ? at : at + size > scroll + room ? at + size - room : scroll;
  place.scrollLeft = scrolled(place.scrollLeft, column * cellWidth, cellWidth, width - left);
  place.scrollTop = scrolled(place.scrollTop, row * cellHeight, cellHeight, height);
}
