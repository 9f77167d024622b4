import assert from 'node:assert/strict';
import { test } from 'node:test';
import { burstsCsv, rasterCsv } from '../src/model/downloads';
import { paintDots, unknownBursts } from '../src/model/raster-pixels';
import { Received } from '../src/model/received';
import { BurstRing } from '../src/stream/bursts';
import { encodeBursts, encodeVoxels, type BurstRecord } from '../src/stream/encode';
import { Decoder, type BurstRecords, type VoxelFrame } from '../src/stream/protocol';
import { Raster, RASTER_BURSTS } from '../src/stream/raster';
import { Samples } from '../src/stream/samples';

const A = 'X19fcG93ZXI=';
const B = 'aXN2aQkAAAA=';
const records = (...list: BurstRecord[]) => new Decoder().decode(encodeBursts(list)) as BurstRecords;
const frame = (burst: number, id: string, x: number[], y: number[], z: number[]) =>
  new Decoder().decode(encodeVoxels(burst, [{ id: B, x: [0], y: [0], z: [0], p: [1] }, { id, x, y, z, p: x.map(() => 1) }])) as VoxelFrame;

test('remembers the newest bursts, oldest first', () => {
  const ring = new BurstRing(4);
  for (let burst = 1; burst <= 6; burst++) ring.push(records({ burst, fired: burst * 10, timeMs: burst * 100 }));
  assert.equal(ring.length, 4);
  assert.deepEqual([0, 1, 2, 3].map((index) => ring.value('fired', index)), [30, 40, 50, 60]);
  assert.equal(ring.latest('timeMs'), 600);
  assert.equal(ring.firstWithin(150), 2);
  assert.equal(ring.firstWithin(1e9), 0);
});

test('passes over old records, and takes any after it was cleared', () => {
  const ring = new BurstRing(8);
  ring.push(records({ burst: 5, fired: 1 }, { burst: 9, fired: 2 }, { burst: 9, fired: 3 }, { burst: 2, fired: 4 }));
  assert.equal(ring.length, 2);
  ring.clear();
  ring.push(records({ burst: 1, fired: 1 }));
  assert.equal(ring.length, 1);
});

test('writes bursts as CSV', () => {
  const ring = new BurstRing(8);
  ring.push(records({ burst: 7, fired: 3, durationUs: 120, latenessUs: 4, missed: 1, inputs: 2, timeMs: 55 }));
  assert.equal(burstsCsv(ring), 'burst,fired,duration_us,lateness_us,missed,inputs,time_ms\r\n7,3,120,4,1,2,55\r\n');
});

test('collects the dots of the chosen area alone', () => {
  const raster = new Raster(1000);
  raster.push(frame(1, A, [1], [1], [1]));
  assert.equal(raster.length, 0);
  raster.setArea(A, [4, 3, 2]);
  raster.push(frame(2, A, [0, 3], [0, 2], [1, 1]));
  raster.push(frame(3, A, [1], [0], [0]));
  assert.deepEqual([0, 1, 2].map((i) => [raster.burst(i), raster.neuron(i)]), [[2, 1], [2, 23], [3, 6]]);
  assert.equal(raster.rows, 24);
  assert.equal(raster.firstFrom(3), 2);
  assert.equal(rasterCsv(raster), 'burst,index,x,y,z\r\n2,1,0,0,1\r\n2,23,3,2,1\r\n3,6,1,0,0\r\n');
  raster.setArea(A, [4, 3, 2]);
  assert.equal(raster.length, 3, 'choosing the same area again forgets nothing');
  raster.setArea(null);
  assert.equal(raster.length, 0);
});

test('leaves out dots beyond the area as it is known', () => {
  const raster = new Raster(1000);
  raster.setArea(A, [2, 2, 2]);
  raster.push(frame(1, A, [1, 2], [1, 0], [1, 0]));
  assert.equal(raster.length, 1);
});

/** A frame in which the first `count` voxels of a row fired. */
const row = (burst: number, count: number) => {
  const none = new Array<number>(count).fill(0);
  return frame(burst, A, none.map((_, i) => i), none, none);
};

test('bounds the dots of a burst, takes them from all of it, and says how many were left out', () => {
  const raster = new Raster();
  raster.setArea(A, [50_000, 1, 1]);
  raster.push(row(1, 50_000));
  assert.ok(raster.length > 500 && raster.length <= raster.capacity / RASTER_BURSTS);
  assert.ok(raster.neuron(raster.length - 1) > 49_900);
  assert.equal(raster.thinned, 50_000 - raster.length);
});

test('thins over all entries of an area alike', () => {
  const raster = new Raster(RASTER_BURSTS * 10);
  raster.setArea(A, [65_536 + 40, 1, 1]);
  const entry = (high: number, count: number) => ({ id: A, high: [high, 0, 0] as const, x: Array.from({ length: count }, (_, i) => i), y: new Array<number>(count).fill(0), z: new Array<number>(count).fill(0), p: new Array<number>(count).fill(1) });
  raster.push(new Decoder().decode(encodeVoxels(1, [entry(0, 35), entry(1, 5)])) as VoxelFrame);
  assert.deepEqual(Array.from({ length: raster.length }, (_, i) => raster.neuron(i)), [0, 4, 8, 12, 16, 20, 24, 28, 32, 65_537]);
});

test('holds as many bursts as are shown, however much fires in them', () => {
  const raster = new Raster();
  raster.setArea(A, [5000, 1, 1]);
  const messages = row(1, 5000);
  for (let burst = 1; burst <= 400; burst++) raster.push({ ...messages, burst });
  assert.ok(raster.coveredFrom <= 400 - RASTER_BURSTS + 1, `covered from ${raster.coveredFrom}`);
});

test('turns round when it is full, and knows which bursts it has forgotten in part', () => {
  const raster = new Raster(RASTER_BURSTS);
  raster.setArea(A, [9, 1, 1]);
  for (let burst = 1; burst <= RASTER_BURSTS; burst++) raster.push(frame(burst, A, [burst % 9], [0], [0]));
  assert.equal(raster.coveredFrom, 1);
  raster.push(frame(301, A, [1], [0], [0]));
  raster.push(frame(302, A, [1], [0], [0]));
  assert.deepEqual([raster.burst(0), raster.burst(raster.length - 1), raster.coveredFrom], [3, 302, 3]);
});

test('covers what came since the area was chosen, silent bursts too', () => {
  const raster = new Raster();
  raster.setArea(A, [9, 1, 1]);
  assert.equal(raster.coveredFrom, Infinity);
  raster.begin(70);
  raster.push(frame(72, A, [1], [0], [0]));
  assert.equal(raster.coveredFrom, 70);
  raster.setArea(B, [9, 1, 1]);
  assert.equal(raster.coveredFrom, Infinity);
});

test('tells bursts of which nothing is known from silent ones', () => {
  const [raster, ring, received] = [new Raster(), new BurstRing(64), new Received()];
  raster.setArea(A, [9, 1, 1]);
  raster.begin(3);
  for (const burst of [4, 7]) {
    raster.push(frame(burst, A, [1], [0], [0]));
    received.add(burst);
  }
  received.add(1);
  ring.push(records(...[0, 5, 5, 5, 0, 5].map((fired, i) => ({ burst: i + 1, fired }))));
  // 0 never was; 1 and 2 are from before; of 3 and 6 no frame came; in 5 nothing fired; 7 came before its record.
  assert.deepEqual([...unknownBursts(raster, ring, received, 0, 7)], [0, 1, 1, 1, 0, 0, 1, 0]);
});

test('paints a dot for each voxel that fired, inside the picture', () => {
  const raster = new Raster();
  raster.setArea(A, [4, 1, 1]);
  raster.push(frame(1, A, [0, 3], [0, 0], [0, 0]));
  raster.push(frame(300, A, [0], [0], [0]));
  const pixels = new Uint32Array(300 * 4);
  paintDots(raster, 1, pixels, 300, 4, 7);
  const set = [...pixels.keys()].filter((at) => pixels[at] === 7).map((at) => [at % 300, Math.floor(at / 300)]);
  assert.deepEqual(set, [[0, 0], [0, 3], [299, 3]]);
});

test('gives percentiles of the last measurements', () => {
  const samples = new Samples(100);
  assert.deepEqual(samples.percentiles(), { p50: 0, p90: 0, p99: 0, max: 0 });
  for (let i = 0; i < 250; i++) samples.push(i);
  assert.deepEqual(samples.percentiles(), { p50: 200, p90: 240, p99: 249, max: 249 });
});
