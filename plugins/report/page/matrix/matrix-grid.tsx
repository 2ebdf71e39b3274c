import type { RefObject } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';
import { ThemeContext } from '../parts/theme.jsx';
import { drawMatrix } from './matrix-canvas.js';
import { type Geometry, type Place, placeAt, reveal, useGeometry } from './matrix-geometry.js';
import type { MatrixModel } from './matrix-model.js';
import { move } from './matrix-moves.js';

interface MatrixGridProps {
  readonly model: MatrixModel;
  readonly cursor: Place | null;
  readonly onPoint: (place: Place | null) => void;
  readonly onOpen: (place: Place) => void;
}

/** The matrix on a canvas that only draws what is in view; the arrow keys move over it, Enter opens. */
export function MatrixGrid({ model, cursor, onPoint, onOpen }: MatrixGridProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { geometry, measure } = useGeometry(place, model);
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
      onScroll={measure}
      onKeyDown={onKeyDown}
      onMouseMove={(event) => onPoint(at(event))}
      onMouseLeave={() => onPoint(null)}
      onClick={(event) => {
        const found = at(event);
        if (found) onOpen(found);
      }}
    >
      <Drawing {...{ canvas, model, geometry, cursor }} />
    </div>
  );
}

interface DrawingProps {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly model: MatrixModel;
  readonly geometry: Geometry;
  readonly cursor: Place | null;
}

/** The canvas, which stays in view, and an empty element of the whole matrix's size, so that there is something to scroll. */
function Drawing({ canvas, model, geometry, cursor }: DrawingProps) {
  const { width, height, left, cellWidth, cellHeight } = geometry;
  const colors = useContext(ThemeContext);
  useEffect(() => {
    if (canvas.current) drawMatrix(canvas.current, { model, geometry, cursor, colors });
  });
  const whole = { width: left + model.columns.length * cellWidth, height: model.rows.length * cellHeight };
  return (
    <>
      <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />
      <div class="matrix-room" style={{ width: `${whole.width}px`, height: `${whole.height}px` }} />
    </>
  );
}
