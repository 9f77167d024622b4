import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arcWidth, shortCount } from '../src/scene/arcs';
import { colormapBytes, colormapGradient, potentialColour, type Rgb } from '../src/scene/colormap';
import { arc, areaBox, curvePoint, regionOutlines, voxelAt, voxelCentre } from '../src/scene/layout';
import type { AreaModel, RegionModel, Vec3 } from '../src/scene/model';
import { cross, pick, type Growth, type Ray } from '../src/scene/picking';
import { encodeVoxels, type Entry } from '../src/stream/encode';
import { Layers } from '../src/stream/instances';
import { Decoder, type VoxelFrame } from '../src/stream/protocol';
import { SlotTable } from '../src/stream/slots';

const A = 'X19fcG93ZXI=';
const B = 'aXN2aQkAAAA=';
const area = (id: string, position: Vec3, dimensions: Vec3, visible = true): AreaModel => ({ id, name: id, group: 'CUSTOM', position, dimensions, visible });
const region = (id: string, parent: string | null, areas: string[]): RegionModel => ({ id, title: id, parent, areas });
const exact: Growth = () => 1;

test('turns the z of the genome away from the viewer', () => {
  const box = areaBox(area(A, [10, 20, 30], [1, 2, 3]));
  assert.deepEqual(box, { min: [10, 20, -33], max: [11, 22, -30] });
  assert.deepEqual(voxelCentre(area(A, [10, 20, 30], [1, 2, 3]), [0, 1, 2]), [10.5, 21.5, -32.5]);
});

test('finds the voxel at a point, and the nearest for points outside', () => {
  const one = area(A, [10, 20, 30], [4, 4, 4]);
  for (const voxel of [[0, 0, 0], [3, 1, 2]] as Vec3[]) assert.deepEqual(voxelAt(one, voxelCentre(one, voxel)), voxel);
  assert.deepEqual(voxelAt(one, [-100, 100, 100]), [0, 3, 0]);
});

test('draws regions around their areas and inner regions, and none around the root', () => {
  const boxes = new Map([
    [A, areaBox(area(A, [0, 0, 0], [1, 1, 1]))],
    [B, areaBox(area(B, [100, 0, 0], [10, 10, 10]))],
  ]);
  const outlines = regionOutlines([region('root', null, [A]), region('outer', 'root', [A]), region('inner', 'outer', [B, 'gone']), region('empty', 'root', [])], boxes);
  assert.deepEqual(outlines.map((outline) => outline.region.id), ['outer', 'inner']);
  const [outer, inner] = outlines;
  assert.ok(outer!.box.max[0] > inner!.box.max[0], 'an outer region has room around an inner one');
  assert.ok(outer!.box.min[0] < 0);
});

test('survives regions that hold each other', () => {
  const boxes = new Map([[A, areaBox(area(A, [0, 0, 0], [1, 1, 1]))]]);
  const outlines = regionOutlines([region('a', 'b', [A]), region('b', 'a', [])], boxes);
  assert.ok(outlines.length >= 1);
});

test('keeps arcs there and back apart, and makes a loop of a mapping onto itself', () => {
  const here = areaBox(area(A, [0, 0, 0], [2, 2, 2]));
  const there = areaBox(area(B, [50, 0, 20], [2, 2, 2]));
  const go = curvePoint(arc(here, there), 0.5);
  const back = curvePoint(arc(there, here), 0.5);
  assert.ok(Math.hypot(go[0] - back[0], go[2] - back[2]) > 4);
  assert.ok(go[1] > 5);
  assert.ok(curvePoint(arc(here, here), 0.5)[1] > here.max[1] + 1);
  const above = areaBox(area(B, [0, 40, 0], [2, 2, 2]));
  assert.ok(arc(here, above).flat().every(Number.isFinite), 'straight up has a side too');
});

test('writes counts short', () => {
  assert.deepEqual([0, 7, 999, 1000, 1234, 9960, 12_345, 999_600, 1_500_000, 2e9].map(shortCount), ['0', '7', '999', '1.0k', '1.2k', '10k', '12k', '1.0M', '1.5M', '2.0G']);
  assert.ok(arcWidth(1e6) > arcWidth(10) && arcWidth(1e12) < 8);
});

// Lightness in OKLab, from its definition.
function lightness(rgb: Rgb): number {
  const [r, g, b] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

for (const [theme, sign] of [['dark', 1], ['light', -1]] as const) {
  test(`changes lightness in even steps along the ${theme} scale`, () => {
    const values = Array.from({ length: 33 }, (_, i) => lightness(potentialColour(theme, i / 32)));
    const steps = values.slice(1).map((value, i) => (value - values[i]!) * sign);
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    for (const step of steps) assert.ok(Math.abs(step - mean) < mean * 0.2, `${step} is not near ${mean}`);
  });
}

test('gives the scale as bytes and as a gradient', () => {
  const bytes = colormapBytes('dark');
  assert.equal(bytes.length, 1024);
  assert.match(colormapGradient('light'), /^linear-gradient\(to right, rgb\(\d+ \d+ \d+\), /);
});

test('meets boxes where they are', () => {
  const ray: Ray = { origin: [0, 0, 10], direction: [0, 0, -1] };
  assert.deepEqual(cross(ray, [-1, -1, -1], [1, 1, 1]), { enter: 9, leave: 11 });
  assert.equal(cross(ray, [2, 2, -1], [3, 3, 1]), null);
  assert.equal(cross(ray, [-1, -1, 11], [1, 1, 12]), null, 'behind');
  assert.deepEqual(cross({ origin: [0, 0, 0], direction: [0, 0, -1] }, [-1, -1, -1], [1, 1, 1]), { enter: 0, leave: 1 });
});

function scene(areas: AreaModel[], entries: Entry[] = []) {
  const slots = new SlotTable();
  slots.setAreas(areas.map(({ id }) => id));
  const layer = new Layers().push(new Decoder().decode(encodeVoxels(1, entries)) as VoxelFrame, slots, 0);
  return (ray: Ray, growth = exact) => pick(ray, areas, areas.map(areaBox), layer, slots, growth);
}
const ahead = (x: number, y: number): Ray => ({ origin: [x, y, 50], direction: [0, 0, -1] });

test('picks the first voxel that fires, else the surface', () => {
  const look = scene([area(A, [0, 0, 0], [4, 4, 4])], [{ id: A, x: [1, 1, 2], y: [1, 1, 2], z: [3, 2, 0], p: [5, 7, 9] }]);
  assert.deepEqual(look(ahead(1.5, 1.5)), { area: 0, voxel: [1, 1, 2], fired: true, potential: 7 });
  assert.deepEqual(look(ahead(3.5, 0.5)), { area: 0, voxel: [3, 0, 0], fired: false, potential: null });
  assert.equal(look(ahead(9, 9)), null);
});

test('picks what lies in front, and what lies within it', () => {
  const look = scene([area(A, [0, 0, 20], [9, 9, 1]), area(B, [0, 0, 0], [9, 9, 9]), area('aXN2aRkAAAA=', [4, 4, 4], [1, 1, 1])], [{ id: A, x: [1], y: [1], z: [0], p: [1] }]);
  assert.deepEqual(look(ahead(1.5, 1.5)), { area: 1, voxel: [1, 1, 0], fired: false, potential: null }, 'not what fires behind it');
  assert.equal(look(ahead(4.5, 4.5))?.area, 2);
});

test('does not pick firing voxels of areas that are not shown', () => {
  const look = scene([area(A, [0, 0, 0], [4, 4, 4], false)], [{ id: A, x: [1], y: [1], z: [2], p: [1] }]);
  assert.equal(look(ahead(1.5, 1.5))?.fired, false);
});

test('picks voxels of blocks beyond 65 536', () => {
  const look = scene([area(A, [0, 0, 0], [70_000, 1, 1])], [{ id: A, high: [1, 0, 0], x: [4], y: [0], z: [0], p: [1] }]);
  assert.deepEqual(look(ahead(65_540.5, 0.5))?.voxel, [65_540, 0, 0]);
});

test('hits what is drawn enlarged because it is far away', () => {
  const enlarged: Growth = (_, size) => 10 / size;
  const look = scene([area(A, [0, 0, 0], [1, 1, 1])], [{ id: A, x: [0], y: [0], z: [0], p: [3] }]);
  assert.equal(look(ahead(4, 4)), null);
  assert.deepEqual(look(ahead(4, 4), enlarged), { area: 0, voxel: [0, 0, 0], fired: true, potential: 3 });
});
