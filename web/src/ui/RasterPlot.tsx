// Which voxels of one area fired when: a dot for each, bursts to the right, voxels upwards.

import { useEffect, useRef } from 'preact/hooks';
import { rasterCsv } from '../model/downloads';
import { count } from '../model/format';
import { raster, received, ring } from '../model/live';
import { chosenArea, chosenRaster, rasterArea } from '../model/raster-area';
import { paintDots, unknownBursts } from '../model/raster-pixels';
import { nameFor, savePicture, saveText } from '../model/save';
import { brain } from '../model/store';
import { RASTER_BURSTS } from '../stream/raster';
import { PlotHead } from './Plots';
import { isDark } from './theme';
import { TotalNow } from './TotalNow';

const REDRAW_MS = 150;
const LEFT = 44;
const RIGHT = 12;
const TOP = 8;
const BOTTOM = 20;
/** Distance of the lines that hatch what is not known, in CSS pixels. */
const HATCH = 6;

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
        onCsv={() => saveText(rasterCsv(raster), 'text/csv', nameFor('raster', 'csv'))}
        onPng={() => canvas.current && savePicture(canvas.current, `Voxels of ${area?.name ?? ''} that fired, by burst`, nameFor('raster', 'png'))}
      >
        <select class="input raster-area" aria-label="Area of the raster" data-testid="raster-area" value={chosenArea.value?.id ?? ''} onChange={(event) => (chosenRaster.value = event.currentTarget.value || null)}>
          <option value="">{chosenArea.value || !area ? 'Selected area' : `Selected area (now ${area.name})`}</option>
          {areas.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
        <TotalNow version={() => raster.version} read={() => `${count(raster.length)} dots${raster.thinned > 0 ? `, ${count(raster.thinned)} more not kept` : ''}`} />
        <span class="muted key">
          <i class="swatch hatched" aria-hidden="true" />
          not known
        </span>
      </PlotHead>
      <canvas class="plot raster" ref={canvas} role="img" aria-label={`Voxels of ${area?.name ?? 'the area'} that fired in the last ${RASTER_BURSTS} bursts`} data-testid="raster-canvas" />
    </>
  );
}

/** The part of the canvas that dots lie in, in device pixels: so that each column and row begins at one. */
interface Field {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly oldest: number;
  readonly scale: number;
}

function draw(canvas: HTMLCanvasElement): void {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * scale);
  canvas.height = Math.round(canvas.clientHeight * scale);
  const context = canvas.getContext('2d');
  const newest = Math.max(ring.latest('burst') ?? 0, raster.length > 0 ? raster.burst(raster.length - 1) : 0);
  const [left, top] = [Math.round(LEFT * scale), Math.round(TOP * scale)];
  const width = Math.floor(canvas.width - left - RIGHT * scale);
  const height = Math.floor(canvas.height - top - BOTTOM * scale);
  if (!context || width < left || height < top) return;
  const style = getComputedStyle(document.documentElement);
  const field = { left, top, width, height, oldest: newest - RASTER_BURSTS + 1, scale };
  hatch(context, style, field, unknownBursts(raster, ring, received, field.oldest, newest));
  axes(context, style, field, Math.max(1, raster.rows));
  dots(context, style, field);
}

/** Hatches the bursts of which it is not known what fired: without it they would look silent. */
function hatch(context: CanvasRenderingContext2D, style: CSSStyleDeclaration, { left, top, width, height, scale }: Field, unknown: Uint8Array): void {
  const column = width / RASTER_BURSTS;
  context.save();
  context.beginPath();
  for (let from = 0; from < unknown.length; from++) {
    if (!unknown[from]) continue;
    let to = from + 1;
    while (unknown[to]) to++;
    context.rect(left + from * column, top, (to - from) * column, height);
    from = to;
  }
  context.clip();
  context.fillStyle = style.getPropertyValue('--raised-2');
  context.fillRect(left, top, width, height);
  context.strokeStyle = style.getPropertyValue('--line-strong');
  context.lineWidth = scale;
  context.beginPath();
  for (let x = left - height; x < left + width; x += HATCH * scale) {
    context.moveTo(x, top + height);
    context.lineTo(x + height, top);
  }
  context.stroke();
  context.restore();
}

const scratch = typeof document === 'undefined' ? null : document.createElement('canvas');

function dots(context: CanvasRenderingContext2D, style: CSSStyleDeclaration, { left, top, width, height, oldest }: Field): void {
  const pen = scratch?.getContext('2d');
  if (!scratch || !pen) return;
  scratch.width = width;
  scratch.height = height;
  const picture = pen.createImageData(width, height);
  paintDots(raster, oldest, new Uint32Array(picture.data.buffer), width, height, pixelOf(pen, style.getPropertyValue('--accent')));
  pen.putImageData(picture, 0, 0);
  // By way of a second canvas, because pixels that are put replace what lies under them.
  context.drawImage(scratch, left, top);
}

/** A colour as the word that stands for it in an image. */
function pixelOf(pen: CanvasRenderingContext2D, colour: string): number {
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return new Uint32Array(pen.getImageData(0, 0, 1, 1).data.buffer)[0]!;
}

function axes(context: CanvasRenderingContext2D, style: CSSStyleDeclaration, { left, top, width, height, oldest, scale }: Field, rows: number): void {
  const base = top + height;
  const column = width / RASTER_BURSTS;
  context.strokeStyle = style.getPropertyValue('--line');
  context.fillStyle = style.getPropertyValue('--text-3');
  context.font = `${11 * scale}px ${style.getPropertyValue('--font')}`;
  context.textAlign = 'center';
  context.lineWidth = scale;
  context.beginPath();
  const step = 50;
  for (let burst = Math.ceil(oldest / step) * step; burst < oldest + RASTER_BURSTS; burst += step) {
    if (burst < 0) continue;
    const x = Math.round(left + (burst - oldest) * column) + 0.5;
    context.moveTo(x, top);
    context.lineTo(x, base);
    if (x < left + width - 14 * scale) context.fillText(String(burst), x, base + 14 * scale);
  }
  context.moveTo(left, base + 0.5);
  context.lineTo(left + width, base + 0.5);
  context.stroke();
  context.textAlign = 'right';
  context.fillText('0', left - 6 * scale, base - scale);
  context.fillText(String(rows - 1), left - 6 * scale, top + 8 * scale);
  context.save();
  context.translate(12 * scale, top + height / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText('voxel', 0, 0);
  context.restore();
}
