import { score } from '../parts/format.js';
import type { Colors } from '../parts/theme.jsx';
import type { Geometry, Place } from './matrix-geometry.js';
import { cellOf, type MatrixCell, type MatrixModel } from './matrix-model.js';

interface Drawn {
  readonly model: MatrixModel;
  readonly geometry: Geometry;
  readonly cursor: Place | null;
  readonly colors: Colors;
}

/** Draws the part of the matrix that is in view. */
export function drawMatrix(canvas: HTMLCanvasElement, drawn: Drawn): void {
  const { geometry, colors } = drawn;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(geometry.width * ratio);
  canvas.height = Math.round(geometry.height * ratio);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.scale(ratio, ratio);
  context.font = `11px ${colors.font}`;
  context.textBaseline = 'middle';
  const range = visibleRange(drawn.model, geometry);
  drawCells(context, drawn, range);
  drawLabels(context, drawn, range);
  drawCursor(context, drawn);
}

interface Range {
  readonly rows: readonly [from: number, to: number];
  readonly columns: readonly [from: number, to: number];
}

function visibleRange({ rows, columns }: MatrixModel, geometry: Geometry): Range {
  const { scrollX, scrollY, width, height, left, cellWidth, cellHeight } = geometry;
  const clip = (scroll: number, room: number, size: number, count: number): readonly [number, number] => [
    Math.max(0, Math.floor(scroll / size)),
    Math.min(count, Math.ceil((scroll + room) / size) + 1),
  ];
  return {
    rows: clip(scrollY, height, cellHeight, rows.length),
    columns: clip(scrollX, width - left, cellWidth, columns.length),
  };
}

function drawCells(context: CanvasRenderingContext2D, { model, geometry, colors }: Drawn, range: Range): void {
  const { left, cellWidth, cellHeight, scrollX, scrollY } = geometry;
  context.save();
  context.beginPath();
  context.rect(left, 0, geometry.width - left, geometry.height);
  context.clip();
  const gapX = cellWidth > 5 ? 1 : 0;
  const gapY = cellHeight > 5 ? 1 : 0;
  for (let row = range.rows[0]; row < range.rows[1]; row += 1) {
    const of = model.rows[row];
    if (of === undefined) continue;
    for (let column = range.columns[0]; column < range.columns[1]; column += 1) {
      const cell = cellOf(of, model.columns[column]?.example ?? -1);
      if (cell === null) continue;
      const x = left + column * cellWidth - scrollX;
      const y = row * cellHeight - scrollY;
      paint(context, cell, { model, colors, isCompared: of.base !== null });
      context.fillRect(x, y, cellWidth - gapX, cellHeight - gapY);
      if (cell.isError) drawError(context, x, y, { ...geometry, colors });
    }
  }
  context.restore();
}

interface PaintContext {
  readonly model: MatrixModel;
  readonly colors: Colors;
  readonly isCompared: boolean;
}

function paint(context: CanvasRenderingContext2D, cell: MatrixCell, { model, colors, isCompared }: PaintContext): void {
  context.globalAlpha = 1;
  if (isCompared) {
    context.fillStyle = cell.change === 'won' ? colors.good : cell.change === 'lost' ? colors.bad : colors.none;
    return;
  }
  if (cell.score === null) {
    context.fillStyle = colors.none;
    return;
  }
  const part = model.high > model.low ? (cell.score - model.low) / (model.high - model.low) : 0;
  context.fillStyle = `color-mix(in oklab, ${colors.high} ${Math.round(part * 100)}%, ${colors.low})`;
}

function drawError(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  { cellWidth, cellHeight, colors }: Geometry & { readonly colors: Colors },
): void {
  context.fillStyle = colors.bad;
  const size = Math.max(2, Math.min(cellWidth, cellHeight) - 6);
  context.fillRect(x + (cellWidth - 1 - size) / 2, y + (cellHeight - 1 - size) / 2, size, size);
}

/** Each trial by its number and score; the best by its colour too. */
function drawLabels(context: CanvasRenderingContext2D, { model, geometry, colors }: Drawn, { rows }: Range): void {
  const { left, cellHeight, scrollY, height } = geometry;
  const step = Math.ceil(13 / cellHeight);
  context.save();
  context.beginPath();
  context.rect(0, 0, left, height);
  context.clip();
  for (let row = rows[0] - (rows[0] % step); row < rows[1]; row += step) {
    const of = model.rows[row];
    if (of === undefined) continue;
    const y = Math.max(6, row * cellHeight - scrollY + (cellHeight - 1) / 2);
    context.fillStyle = of.trial.isBest ? colors.full : colors.muted;
    context.textAlign = 'left';
    context.fillText(`${of.trial.index} ${left > 120 ? (of.trial.name ?? '') : ''}`.slice(0, 22), 0, y);
    context.fillStyle = colors.ink;
    context.textAlign = 'right';
    context.fillText(score(of.trial.score), left - 10, y);
  }
  context.restore();
}

function drawCursor(context: CanvasRenderingContext2D, { geometry, cursor, colors }: Drawn): void {
  if (cursor === null) return;
  const { left, cellWidth, cellHeight, scrollX, scrollY } = geometry;
  context.strokeStyle = colors.ink;
  context.lineWidth = 1.5;
  context.strokeRect(
    left + cursor.column * cellWidth - scrollX - 1,
    cursor.row * cellHeight - scrollY - 1,
    cellWidth + 1,
    cellHeight + 1,
  );
}
