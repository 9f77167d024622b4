// Made-up frames of any size, for measuring and for tests that have no server.

import { encodeVoxels, type Entry } from './encode';
import { Decoder, type VoxelFrame } from './protocol';

/** What is needed of an area to make up voxels in it. */
export interface SyntheticArea {
  readonly id: string;
  readonly dimensions: readonly [number, number, number];
}

/** Numbers in [0, 1) that are the same for the same seed. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A VOXELS message with `n` voxels, shared out over the areas by their volume (each voxel drawn by
 * itself, so that some may be equal, as several neurons of one voxel are).
 */
export function syntheticMessage(areas: readonly SyntheticArea[], n: number, burst = 1): ArrayBuffer {
  const volumes = areas.map((area) => area.dimensions[0] * area.dimensions[1] * area.dimensions[2]);
  const total = volumes.reduce((sum, volume) => sum + volume, 0);
  const draw = random(burst);
  const entries: Entry[] = [];
  let given = 0;
  let volume = 0;
  areas.forEach((area, i) => {
    volume += volumes[i]!;
    const count = Math.round((n * volume) / total) - given;
    given += count;
    if (count > 0) entries.push(cloud(area, count, draw));
  });
  return encodeVoxels(burst, entries);
}

/** The same as a frame that has been decoded. */
export function syntheticFrame(areas: readonly SyntheticArea[], n: number, burst = 1): VoxelFrame {
  const frame = new Decoder().decode(syntheticMessage(areas, areas.length ? n : 0, burst));
  if (frame.kind !== 'voxels') throw new Error('a frame that was made here has to decode');
  return frame;
}

function cloud(area: SyntheticArea, count: number, draw: () => number): Entry {
  const axis = (side: number) => Uint16Array.from({ length: count }, () => Math.min(65535, Math.floor(draw() * side)));
  const [width, height, depth] = area.dimensions;
  return { id: area.id, x: axis(width), y: axis(height), z: axis(depth), p: Float32Array.from({ length: count }, () => 1 + draw() * 99) };
}
