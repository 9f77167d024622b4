// Where things stand. The genome's z points away from the viewer and three.js's towards it, so that z is
// turned round here and nowhere else on this side of the GPU.

import type { AreaModel, RegionModel, Vec3 } from './model';

/** A box by its smallest and largest corner, in the coordinates of the scene. */
export interface Box {
  readonly min: Vec3;
  readonly max: Vec3;
}

export function areaBox(area: Pick<AreaModel, 'position' | 'dimensions'>): Box {
  const [x, y, z] = area.position;
  const [width, height, depth] = area.dimensions;
  return { min: [x, y, -(z + depth)], max: [x + width, y + height, -z] };
}

export function boxCentre(box: Box): Vec3 {
  return [(box.min[0] + box.max[0]) / 2, (box.min[1] + box.max[1]) / 2, (box.min[2] + box.max[2]) / 2];
}

export function boxSize(box: Box): Vec3 {
  return [box.max[0] - box.min[0], box.max[1] - box.min[1], box.max[2] - box.min[2]];
}

export function longestSide(box: Box): number {
  return Math.max(...boxSize(box));
}

/** The centre of a voxel of an area. */
export function voxelCentre(area: Pick<AreaModel, 'position'>, voxel: Vec3): Vec3 {
  return [area.position[0] + voxel[0] + 0.5, area.position[1] + voxel[1] + 0.5, -(area.position[2] + voxel[2] + 0.5)];
}

/** The voxel of an area in which a point of the scene lies; points outside go to the nearest one. */
export function voxelAt(area: Pick<AreaModel, 'position' | 'dimensions'>, point: Vec3): Vec3 {
  const local = [point[0] - area.position[0], point[1] - area.position[1], -point[2] - area.position[2]];
  return local.map((value, axis) => Math.max(0, Math.min(area.dimensions[axis]! - 1, Math.floor(value)))) as unknown as Vec3;
}

/** The smallest box around boxes; null for none. */
export function around(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null;
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    for (const axis of [0, 1, 2] as const) {
      min[axis] = Math.min(min[axis], box.min[axis]);
      max[axis] = Math.max(max[axis], box.max[axis]);
    }
  }
  return { min, max };
}

export function padded(box: Box, by: number): Box {
  return { min: box.min.map((value) => value - by) as unknown as Vec3, max: box.max.map((value) => value + by) as unknown as Vec3 };
}

/** A region's outline: around its areas and the regions within it, each with room around it. */
export interface Outline {
  readonly region: RegionModel;
  readonly box: Box;
}

/** Outlines of all regions that hold anything; the root holds everything and has none. */
export function regionOutlines(regions: readonly RegionModel[], areas: ReadonlyMap<string, Box>): Outline[] {
  const children = new Map<string, RegionModel[]>();
  for (const region of regions) {
    if (region.parent !== null) children.set(region.parent, [...(children.get(region.parent) ?? []), region]);
  }
  const known = new Map<string, Box | null>();
  const outline = (region: RegionModel): Box | null => {
    const done = known.get(region.id);
    if (done !== undefined) return done;
    // Noted before its children are looked at: a region that holds itself ends here.
    known.set(region.id, null);
    const inner = (children.get(region.id) ?? []).map(outline);
    const own = region.areas.map((id) => areas.get(id) ?? null);
    const whole = around([...inner, ...own].filter((box): box is Box => box !== null));
    const box = whole && padded(whole, Math.max(2, longestSide(whole) * 0.03));
    known.set(region.id, box);
    return box;
  };
  return regions
    .filter((region) => region.parent !== null)
    .map((region) => ({ region, box: outline(region) }))
    .filter((found): found is Outline => found.box !== null);
}

/** A curve from one area to another: four points of a cubic. */
export type Curve = readonly [Vec3, Vec3, Vec3, Vec3];

/** The arc of a mapping. It rises and leans aside, so that there and back are two arcs; onto itself it is a loop. */
export function arc(source: Box, target: Box): Curve {
  const from = boxCentre(source);
  const to = boxCentre(target);
  const across: Vec3 = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const distance = Math.hypot(...across);
  if (distance < 1e-6) return loop(source);
  // Across the way and level: right-hand side of who goes from source to target.
  const level = Math.hypot(across[0], across[2]);
  const side: Vec3 = level < 1e-6 ? [1, 0, 0] : [-across[2] / level, 0, across[0] / level];
  const rise = distance * 0.24;
  const lean = distance * 0.1;
  const control = (share: number): Vec3 => [
    from[0] + across[0] * share + side[0] * lean,
    from[1] + across[1] * share + rise,
    from[2] + across[2] * share + side[2] * lean,
  ];
  return [from, control(0.25), control(0.75), to];
}

function loop(box: Box): Curve {
  const [x, , z] = boxCentre(box);
  const top = box.max[1];
  const [width, height, depth] = boxSize(box);
  const reach = Math.max(3, Math.max(width, height, depth) * 0.5);
  const foot = Math.min(width / 2, reach * 0.25);
  return [
    [x - foot, top, z],
    [x - reach, top + reach * 1.5, z],
    [x + reach, top + reach * 1.5, z],
    [x + foot, top, z],
  ];
}

/** The point of a curve at `t` from 0 to 1. */
export function curvePoint(curve: Curve, t: number): Vec3 {
  const s = 1 - t;
  const weights = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return [0, 1, 2].map((axis) => curve.reduce((sum, point, i) => sum + point[axis as 0 | 1 | 2] * weights[i]!, 0)) as unknown as Vec3;
}
