// What a ray through the scene meets. Plain arithmetic on the arrays that are drawn, so that it needs no
// second picture and is tested without a GPU.

import { halfToNumber } from '../stream/half';
import type { Layer } from '../stream/instances';
import type { SlotTable } from '../stream/slots';
import { boxCentre, boxSize, longestSide, voxelAt, voxelCentre, type Box } from './layout';
import type { AreaModel, Vec3 } from './model';
import { LEAST_BOX_PIXELS } from './shaders';

export interface Ray {
  readonly origin: Vec3;
  /** Of length one. */
  readonly direction: Vec3;
}

export interface Hit {
  /** Index of the area. */
  readonly area: number;
  readonly voxel: Vec3;
  readonly fired: boolean;
  readonly potential: number | null;
}

/** By how much a thing of a size has to grow to take so many pixels; the same rule as in the shaders. */
export type Growth = (centre: Vec3, size: number, pixels: number) => number;

/** Things smaller than this on screen, in CSS pixels, are hit as if they were as large: fingers and hands are not exact. */
const LEAST_AREA_PIXELS = 14;
const LEAST_VOXEL_PIXELS = 6;

interface Crossed {
  readonly area: number;
  readonly enter: number;
  readonly leave: number;
  readonly size: number;
}

/** Where a ray enters and leaves a box; null when it misses it. Behind the origin does not count. */
export function cross(ray: Ray, min: Vec3, max: Vec3): { enter: number; leave: number } | null {
  let enter = 0;
  let leave = Infinity;
  for (const axis of [0, 1, 2] as const) {
    const inverse = 1 / ray.direction[axis];
    const a = (min[axis] - ray.origin[axis]) * inverse;
    const b = (max[axis] - ray.origin[axis]) * inverse;
    // A ray along a side gives NaN, which is neither larger nor smaller: the other axes decide.
    if (Math.min(a, b) > enter) enter = Math.min(a, b);
    if (Math.max(a, b) < leave) leave = Math.max(a, b);
  }
  return enter <= leave ? { enter, leave } : null;
}

const pointAt = (ray: Ray, t: number): Vec3 => [
  ray.origin[0] + ray.direction[0] * t,
  ray.origin[1] + ray.direction[1] * t,
  ray.origin[2] + ray.direction[2] * t,
];

/**
 * The voxel that a ray points at: of the frontmost area and those that overlap it, the first voxel that
 * fires, else the voxel of the innermost area's surface. `layer` is the frame that is shown, if any.
 */
export function pick(ray: Ray, areas: readonly AreaModel[], boxes: readonly Box[], layer: Layer | null, slots: SlotTable, growth: Growth): Hit | null {
  const crossed = crossedAreas(ray, boxes, growth);
  const front = crossed.find(({ enter }) => enter > 0) ?? crossed[0];
  if (!front) return null;
  const candidates = crossed.filter((other) => other === front || (other.enter > 0 && other.enter < front.leave));
  const fired = layer && firstFired(ray, new Set(candidates.map(({ area }) => area)), areas, boxes, layer, slots, growth);
  if (fired) return fired;
  const inner = candidates.reduce((best, other) => (other.size < best.size ? other : best));
  const area = areas[inner.area]!;
  // A hair beyond the surface, so that rounding does not give the voxel next door.
  const inside = pointAt(ray, inner.enter + 1e-4 * Math.max(1, inner.leave - inner.enter));
  return { area: inner.area, voxel: voxelAt(area, inside), fired: false, potential: null };
}

function crossedAreas(ray: Ray, boxes: readonly Box[], growth: Growth): Crossed[] {
  const found: Crossed[] = [];
  boxes.forEach((box, area) => {
    const centre = boxCentre(box);
    const grown = growth(centre, longestSide(box), LEAST_AREA_PIXELS);
    const half = boxSize(box).map((side) => (side / 2) * grown);
    const min = centre.map((value, axis) => value - half[axis]!) as unknown as Vec3;
    const max = centre.map((value, axis) => value + half[axis]!) as unknown as Vec3;
    const met = cross(ray, min, max);
    if (met) found.push({ area, ...met, size: longestSide(box) });
  });
  return found.sort((a, b) => a.enter - b.enter);
}

function firstFired(
  ray: Ray,
  candidates: ReadonlySet<number>,
  areas: readonly AreaModel[],
  boxes: readonly Box[],
  layer: Layer,
  slots: SlotTable,
  growth: Growth,
): Hit | null {
  let nearest = Infinity;
  let hit: { area: number; index: number; base: Vec3 } | null = null;
  for (let run = 0; run < layer.runs; run++) {
    const slot = slots.slots[layer.runSlot[run]!];
    if (!slot || !candidates.has(slot.area) || !areas[slot.area]!.visible) continue;
    const base = slot.block.map((block) => block * 65536) as unknown as Vec3;
    const area = areas[slot.area]!;
    // The voxels of a small area are drawn enlarged about its centre.
    const centre = boxCentre(boxes[slot.area]!);
    const grown = growth(centre, longestSide(boxes[slot.area]!), LEAST_BOX_PIXELS);
    const half = Math.max(grown, growth(voxelCentre(area, base), 1, LEAST_VOXEL_PIXELS)) / 2;
    const first = voxelCentre(area, base).map((value, axis) => centre[axis]! + (value - centre[axis]!) * grown) as unknown as Vec3;
    for (let i = layer.runStart[run]!; i < layer.runStart[run + 1]!; i++) {
      const t = toVoxel(ray, first[0] + layer.x[i]! * grown, first[1] + layer.y[i]! * grown, first[2] - layer.z[i]! * grown, half);
      if (t < nearest) {
        nearest = t;
        hit = { area: slot.area, index: i, base };
      }
    }
  }
  if (!hit) return null;
  const { area, index, base } = hit;
  const voxel: Vec3 = [base[0] + layer.x[index]!, base[1] + layer.y[index]!, base[2] + layer.z[index]!];
  return { area, voxel, fired: true, potential: halfToNumber(layer.p[index]!) };
}

/** Distance to a voxel's cube, Infinity when the ray misses it; no object is made, for it is called for every voxel. */
function toVoxel(ray: Ray, x: number, y: number, z: number, half: number): number {
  const { origin, direction } = ray;
  const dx = x - origin[0];
  const dy = y - origin[1];
  const dz = z - origin[2];
  const along = dx * direction[0] + dy * direction[1] + dz * direction[2];
  if (along < 0) return Infinity;
  // Most voxels are out of reach of the ray by their surrounding ball; 3 is the square of its radius in halves.
  if (dx * dx + dy * dy + dz * dz - along * along > 3 * half * half) return Infinity;
  let enter = 0;
  let leave = Infinity;
  for (let axis = 0; axis < 3; axis++) {
    const offset = axis === 0 ? dx : axis === 1 ? dy : dz;
    const inverse = 1 / direction[axis as 0 | 1 | 2];
    const a = (offset - half) * inverse;
    const b = (offset + half) * inverse;
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  return enter <= leave ? enter : Infinity;
}
