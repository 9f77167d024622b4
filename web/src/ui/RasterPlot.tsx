// Which voxels of one area fired when: a dot for each, bursts to the right, voxels upwards.

import { useEffect, useRef } from 'preact/hooks';
import { count } from '../model/format';
import { raster, received, ring } from '../model/live';
import { chosenRaster, rasterArea } from '../model/raster-area';
import { nameFor, savePicture, saveText } from '../model/save';
import { brain } from '../model/store';
import { PlotHead } from './Plots';
import { isDark } from './theme';
import { TotalNow } from './TotalNow';

const REDRAW_MS = 150;
/** Bursts that are shown side by side. */
const BURSTS = 300;
const LEFT = 44;
const BOTTOM = 20;

export function RasterPlot() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const area = rasterArea.value;
  const dark = isDark.value;
  useEffect(() => {
    let drawn = '';
    const timer = setInterval(() => {
      const box = canvas.current;
      const key = `${raster.version} ${ring.version} ${box?.clientWidth} ${box?.clientHeight}`;
      if (!box || document.hidden || key === drawn) return;
      drawn = key;
      draw(box);
    }, REDRAW_MS);
    return () => clearInterval(timer);
  }, [area?.id, dark]);
  const areas = [...brain.value.areas.values()].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <>
      <PlotHead
        name="raster"
        onCsv={() => saveText(raster.csv(), 'text/csv', nameFor('raster', 'csv'))}
        onPng={() => canvas.current && savePicture(canvas.current, `Voxels of ${area?.name ?? ''} that fired, by burst`, nameFor('raster', 'png'))}
      >
        <select class="input raster-area" aria-label="Area of the raster" data-testid="raster-area" value={area?.id} onChange={(event) => (chosenRaster.value = event.currentTarget.value)}>
          {areas.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
        <TotalNow read={() => `${count(raster.length)} dots${raster.thinned > 0 ? `, ${count(raster.thinned)} more not kept` : ''}`} />
        <span class="muted key">
          <i class="swatch" style={{ background: 'var(--raised-2)' }} aria-hidden="true" />
          no frame came
        </span>
      </PlotHead>
      <canvas class="plot raster" ref={canvas} role="img" aria-label={`Voxels of ${area?.name ?? 'the area'} that fired in the last ${BURSTS} bursts`} data-testid="raster-canvas" />
    </>
  );
}

function draw(canvas: HTMLCanvasElement): void {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (!context || width < LEFT * 2) return;
  context.scale(scale, scale);
  const style = getComputedStyle(document.documentElement);
  const newest = Math.max(ring.latest('burst') ?? 0, raster.length > 0 ? raster.burst(raster.length - 1) : 0);
  const oldest = newest - BURSTS + 1;
  const right = width - 12;
  const column = (right - LEFT) / BURSTS;
  const rows = Math.max(1, raster.rows);
  const top = 8;
  const row = (height - BOTTOM - top) / rows;
  context.fillStyle = style.getPropertyValue('--raised-2');
  for (const burst of unseen(oldest)) context.fillRect(LEFT + (burst - oldest) * column, top, Math.ceil(column), height - BOTTOM - top);
  axes(context, style, { width: right, height, oldest, column, rows });
  context.fillStyle = style.getPropertyValue('--accent');
  const [dotWidth, dotHeight] = [Math.max(1, column * 0.85), Math.max(1, Math.min(6, row * 0.85))];
  for (let dot = raster.firstFrom(oldest); dot < raster.length; dot++) {
    const x = LEFT + (raster.burst(dot) - oldest) * column;
    const y = top + (rows - 1 - raster.neuron(dot) + 0.5) * row - dotHeight / 2;
    context.fillRect(x, y, dotWidth, dotHeight);
  }
}

/** Bursts in which something fired, of which no frame came. */
function* unseen(oldest: number): Generator<number> {
  for (let index = Math.max(0, ring.length - BURSTS); index < ring.length; index++) {
    const burst = ring.value('burst', index);
    if (burst >= oldest && ring.value('fired', index) > 0 && !received.has(burst)) yield burst;
  }
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly oldest: number;
  readonly column: number;
  readonly rows: number;
}

function axes(context: CanvasRenderingContext2D, style: CSSStyleDeclaration, { width, height, oldest, column, rows }: Frame): void {
  const base = height - BOTTOM;
  context.strokeStyle = style.getPropertyValue('--line');
  context.fillStyle = style.getPropertyValue('--text-3');
  context.font = `11px ${style.getPropertyValue('--font')}`;
  context.textAlign = 'center';
  context.beginPath();
  const step = 50;
  for (let burst = Math.ceil(oldest / step) * step; burst < oldest + BURSTS; burst += step) {
    if (burst < 0) continue;
    const x = Math.round(LEFT + (burst - oldest) * column) + 0.5;
    context.moveTo(x, 8);
    context.lineTo(x, base);
    if (x < width - 14) context.fillText(String(burst), x, height - 6);
  }
  context.moveTo(LEFT, base + 0.5);
  context.lineTo(width, base + 0.5);
  context.stroke();
  context.textAlign = 'right';
  context.fillText('0', LEFT - 6, base - 1);
  context.fillText(String(rows - 1), LEFT - 6, 16);
  context.save();
  context.translate(12, (base + 8) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText('voxel', 0, 0);
  context.restore();
}
