// A raster plot as pixels. Hundreds of thousands of dots as shapes would take a canvas longer than the
// time between two pictures; as pixels of one image they take some milliseconds.

import type { BurstRing } from '../stream/bursts';
import { RASTER_BURSTS, type Raster } from '../stream/raster';
import type { Received } from './received';

/** The dots from burst `oldest` on, painted with `colour` (a, b, g, r from the highest byte) into `pixels`, one word a pixel. */
export function paintDots(raster: Raster, oldest: number, pixels: Uint32Array, width: number, height: number, colour: number): void {
  const column = width / RASTER_BURSTS;
  const rows = Math.max(1, raster.rows);
  const row = height / rows;
  const dotWidth = Math.max(1, Math.floor(column * 0.85));
  const dotHeight = Math.max(1, Math.min(6, Math.floor(row * 0.85)));
  for (let dot = raster.firstFrom(oldest); dot < raster.length; dot++) {
    const left = Math.floor((raster.burst(dot) - oldest) * column);
    const middle = (rows - 1 - raster.neuron(dot) + 0.5) * row;
    const top = Math.max(0, Math.min(height - dotHeight, Math.round(middle - dotHeight / 2)));
    const right = Math.min(width, left + dotWidth);
    for (let y = top; y < top + dotHeight; y++) pixels.fill(colour, y * width + left, y * width + right);
  }
}

/** For each burst from `oldest` on, 1 where it is not known what fired in the area and 0 where it is. */
export function unknownBursts(raster: Raster, ring: BurstRing, received: Received, oldest: number, newest: number): Uint8Array {
  const unknown = new Uint8Array(Math.max(0, newest - oldest + 1));
  // Bursts count from 1.
  for (let i = Math.max(0, 1 - oldest); i < unknown.length; i++) unknown[i] = received.has(oldest + i) ? 0 : 1;
  for (let index = ring.length - 1; index >= 0; index--) {
    const burst = ring.value('burst', index);
    if (burst < oldest) break;
    // Of bursts in which nothing fired no frame comes.
    if (burst <= newest && ring.value('fired', index) === 0) unknown[burst - oldest] = 0;
  }
  const covered = Math.min(unknown.length, raster.coveredFrom - oldest);
  for (let i = Math.max(0, 1 - oldest); i < covered; i++) unknown[i] = 1;
  return unknown;
}
