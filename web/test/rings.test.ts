import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BurstRing } from '../src/stream/bursts';
import { encodeBursts, encodeVoxels, type BurstRecord } from '../src/stream/encode';
import { Decoder, type BurstRecords, type VoxelFrame } from '../src/stream/protocol';
import { Raster } from '../src/stream/raster';
import { Samples } from '../src/stream/samples';

const A = 'X19fcG93ZXI=';
const B = 'aXN2aQkAAAA=';
const records = (...list: BurstRecord[]) => new Decoder().decode(encodeBursts(list)) as BurstRecords;
const frame = (burst: number, id: string, x: number[], y: number[], z: number[]) =>
  new Decoder().decode(encodeVoxels(burst, [{ id: B, x: [0], y: [0], z: [0], p: [1] }, { id, x, y, z, p: x.map(() => 1) }])) as VoxelFrame;

test('remembers the newest bursts, oldest first', () => {
  const ring = new BurstRing(4);
  for (let burst = 1; burst <= 6; burst++) ring.push(records({ burst, fired: burst * 10, timeMs: burst * 100 }));
  const out = new Float64Array(8);
  assert.equal(ring.copy('fired', out), 4);
  assert.deepEqual([...out.subarray(0, 4)], [30, 40, 50, 60]);
  assert.equal(ring.copy('burst', out, 2), 2);
  assert.deepEqual([...out.subarray(0, 2)], [5, 6]);
  assert.equal(ring.value('fired', 0), 30);
  assert.equal(ring.latest('timeMs'), 600);
  assert.equal(ring.firstWithin(150), 2);
  assert.equal(ring.firstWithin(1e9), 0);
});

test('counts records that were lost and passes over old ones', () => {
  const ring = new BurstRing(8);
  ring.push(records({ burst: 5, fired: 1 }, { burst: 9, fired: 2 }, { burst: 9, fired: 3 }, { burst: 2, fired: 4 }));
  assert.equal(ring.length, 2);
  assert.equal(ring.lost, 3);
  ring.clear();
  ring.push(records({ burst: 1, fired: 1 }));
  assert.equal(ring.length, 1);
  assert.equal(ring.lost, 0);
});

test('writes bursts as CSV', () => {
  const ring = new BurstRing(8);
  ring.push(records({ burst: 7, fired: 3, durationUs: 120, latenessUs: 4, missed: 1, inputs: 2, timeMs: 55 }));
  assert.equal(ring.csv(), 'burst,fired,duration_us,lateness_us,missed,inputs,time_ms\n7,3,120,4,1,2,55\n');
});

test('collects the dots of the chosen area alone', () => {
  const raster = new Raster(100);
  raster.push(frame(1, A, [1], [1], [1]));
  assert.equal(raster.length, 0);
  raster.setArea(A, [4, 3, 2]);
  raster.push(frame(2, A, [0, 3], [0, 2], [1, 1]));
  raster.push(frame(3, A, [1], [0], [0]));
  assert.deepEqual([0, 1, 2].map((i) => [raster.burst(i), raster.neuron(i)]), [[2, 1], [2, 23], [3, 6]]);
  assert.equal(raster.rows, 24);
  assert.equal(raster.firstFrom(3), 2);
  assert.equal(raster.csv(), 'burst,index,x,y,z\n2,1,0,0,1\n2,23,3,2,1\n3,6,1,0,0\n');
  raster.setArea(A, [4, 3, 2]);
  assert.equal(raster.length, 3, 'choosing the same area again forgets nothing');
  raster.setArea(null);
  assert.equal(raster.length, 0);
});

test('leaves out dots beyond the area as it is known', () => {
  const raster = new Raster(100);
  raster.setArea(A, [2, 2, 2]);
  raster.push(frame(1, A, [1, 2], [1, 0], [1, 0]));
  assert.equal(raster.length, 1);
});

test('bounds the dots of a burst and says how many were left out', () => {
  const raster = new Raster();
  raster.setArea(A, [50_000, 1, 1]);
  const many = Array.from({ length: 50_000 }, (_, i) => i);
  raster.push(frame(1, A, many, many.map(() => 0), many.map(() => 0)));
  assert.ok(raster.length > 4000 && raster.length <= 8192);
  assert.equal(raster.thinned, 50_000 - raster.length);
});

test('turns round when it is full', () => {
  const raster = new Raster(3);
  raster.setArea(A, [9, 1, 1]);
  for (let burst = 1; burst <= 5; burst++) raster.push(frame(burst, A, [burst], [0], [0]));
  assert.deepEqual([0, 1, 2].map((i) => raster.burst(i)), [3, 4, 5]);
});

test('gives percentiles of the last measurements', () => {
  const samples = new Samples(100);
  assert.deepEqual(samples.percentiles(), { p50: 0, p90: 0, p99: 0, max: 0 });
  for (let i = 0; i < 250; i++) samples.push(i);
  assert.deepEqual(samples.percentiles(), { p50: 200, p90: 240, p99: 249, max: 249 });
});
