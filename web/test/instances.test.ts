import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeVoxels } from '../src/stream/encode';
import { Layers } from '../src/stream/instances';
import { Decoder, idWords, type VoxelFrame } from '../src/stream/protocol';
import { SlotTable, UNKNOWN_SLOT } from '../src/stream/slots';
import { syntheticFrame } from '../src/stream/synthetic';

const A = 'X19fcG93ZXI=';
const B = 'aXN2aQkAAAA=';
const C = 'b21vdAUAAAA=';
const decode = (message: ArrayBuffer) => new Decoder().decode(message) as VoxelFrame;
const table = (...ids: string[]) => {
  const slots = new SlotTable();
  slots.setAreas(ids);
  return slots;
};
const single = (burst: number, id = A, p = 1) => decode(encodeVoxels(burst, [{ id, x: [1], y: [2], z: [3], p: [p] }]));

const wordsOf = (id: string): [number, number] => {
  const { low, high } = idWords(id)!;
  return [low, high];
};

test('copies voxels and gives each the slot of its area', () => {
  const slots = table(A, B);
  const layers = new Layers();
  const layer = layers.push(
    decode(
      encodeVoxels(1, [
        { id: B, x: [1, 2], y: [3, 4], z: [5, 6], p: [1, 2] },
        { id: A, x: [9], y: [9], z: [9], p: [3] },
      ]),
    ),
    slots,
    0,
  );
  assert.equal(layer.count, 3);
  assert.deepEqual([...layer.x.subarray(0, 3)], [1, 2, 9]);
  assert.deepEqual([...layer.z.subarray(0, 3)], [5, 6, 9]);
  assert.deepEqual([...layer.slot.subarray(0, 3)].map((slot) => slots.slots[slot]!.area), [1, 1, 0]);
  assert.deepEqual([layer.runs, ...layer.runStart.subarray(0, 3)], [2, 0, 2, 3]);
});

test('marks voxels of areas that the model does not have', () => {
  const layer = new Layers().push(single(1, C), table(A, B), 0);
  assert.equal(layer.unknown, 1);
  assert.equal(layer.slot[0], UNKNOWN_SLOT);
});

test('gives the blocks of a long area slots of their own', () => {
  const slots = table(A);
  const frame = decode(
    encodeVoxels(1, [
      { id: A, x: [1], y: [0], z: [0], p: [1] },
      { id: A, high: [2, 0, 1], x: [1], y: [0], z: [0], p: [1] },
    ]),
  );
  const layer = new Layers().push(frame, slots, 0);
  assert.notEqual(layer.slot[0], layer.slot[1]);
  assert.deepEqual(slots.slots[layer.slot[1]!], { area: 0, block: [2, 0, 1] });
});

test('keeps the slot of an area that stays, and hides one that goes', () => {
  const slots = table(A, B);
  const before = new Layers().push(single(1, B), slots, 0).slot[0]!;
  slots.setAreas([C, B]);
  assert.equal(slots.slots[before]!.area, 1);
  slots.setAreas([C], new Set([before]));
  assert.equal(slots.slots[before]!.area, -1);
  assert.equal(new Layers().push(single(2, B), slots, 0).unknown, 1);
});

test('gives the slots of areas that are gone to others once their voxels are no longer drawn', () => {
  const slots = table(A, B);
  const layers = new Layers();
  const before = layers.push(single(1, B), slots, 0).slot[0]!;
  slots.setAreas([A], layers.slotsInUse());
  slots.setAreas([A, C], layers.slotsInUse());
  const held = slots.find(...wordsOf(C), 0, 0);
  assert.notEqual(held, before);
  layers.clear();
  slots.setAreas([A, C], layers.slotsInUse());
  assert.equal(slots.slots[before], null);
  slots.setAreas([A, C, B], layers.slotsInUse());
  assert.equal(slots.find(...wordsOf(B), 0, 0), before);
  const length = slots.slots.length;
  for (let turn = 0; turn < 100; turn++) slots.setAreas(turn % 2 ? [A, B] : [A, C]);
  assert.equal(slots.slots.length, length);
});

test('lets a frame fade from when a newer burst has run', () => {
  const layers = new Layers();
  const slots = table(A);
  const first = layers.push(single(10), slots, 1000);
  assert.equal(layers.expire(9999, 300), false);
  assert.equal(first.count, 1, 'the newest stays while nothing newer has run');
  layers.supersede(10, 2000);
  assert.equal(first.supersededAt, null);
  layers.supersede(11, 2000);
  assert.equal(layers.expire(2299, 300), true);
  assert.equal(layers.expire(2300, 300), false);
  assert.equal(first.count, 0);
});

test('lets a frame fade when another one comes, whatever its number', () => {
  const layers = new Layers();
  const slots = table(A);
  const first = layers.push(single(5000), slots, 0);
  layers.push(single(1), slots, 10);
  assert.equal(first.supersededAt, 10);
  assert.equal(layers.newest!.supersededAt, null);
});

test('turns round its ring and allocates nothing once it has grown', () => {
  const layers = new Layers(4);
  const slots = table(A, B);
  const areas = [{ id: A, dimensions: [64, 64, 4] as const }];
  const frames = [1, 2, 3, 4, 5].map((burst) => syntheticFrame(areas, 9000 - burst * 100, burst));
  for (let i = 0; i < 8; i++) layers.push(frames[i % 5]!, slots, i);
  const arrays = layers.all.map((layer) => [layer.x, layer.slot, layer.runSlot]);
  const bytes = layers.bytes;
  for (let i = 0; i < 100; i++) layers.push(frames[i % 5]!, slots, i);
  assert.deepEqual(layers.all.map((layer) => [layer.x, layer.slot, layer.runSlot]), arrays);
  layers.all.forEach((layer, i) => assert.equal(layer.x, arrays[i]![0]));
  assert.equal(layers.bytes, bytes);
  assert.equal(bytes, 4 * 16384 * 10);
});

test('holds fewer layers of large frames', () => {
  const layers = new Layers(8, 100_000);
  const slots = table(A);
  const areas = [{ id: A, dimensions: [100, 100, 100] as const }];
  for (let burst = 1; burst <= 8; burst++) layers.push(single(burst), slots, burst);
  assert.equal(layers.count, 8);
  for (let burst = 9; burst < 20; burst++) layers.push(syntheticFrame(areas, 60_000, burst), slots, burst);
  assert.equal(layers.all.filter((layer) => layer.count > 0).length, 2);
  for (let burst = 20; burst < 30; burst++) layers.push(syntheticFrame(areas, 20_000, burst), slots, burst);
  assert.equal(layers.all.filter((layer) => layer.count > 0).length, 5);
});

test('follows the range of potentials quickly outwards and slowly inwards', () => {
  const layers = new Layers();
  const slots = table(A);
  assert.deepEqual(layers.range, { low: 0, high: 1 });
  layers.push(single(1, A, 10), slots, 0);
  layers.push(single(2, A, 100), slots, 0);
  assert.equal(layers.range.high, 100);
  layers.push(single(3, A, 10), slots, 0);
  assert.ok(layers.range.high < 100 && layers.range.high > 90);
});

test('takes an empty frame', () => {
  const layer = new Layers().push(decode(encodeVoxels(1, [])), table(A), 0);
  assert.equal(layer.count, 0);
});
