// Times the data path in Node: `npm run bench`. What counts is the processor time of one frame, so
// medians and high percentiles of many frames are shown.

import { readFileSync } from 'node:fs';
import { Layers } from '../src/stream/instances';
import { decodeBlock } from '../src/stream/lz4';
import { Decoder } from '../src/stream/protocol';
import { Raster } from '../src/stream/raster';
import { Samples } from '../src/stream/samples';
import { SlotTable } from '../src/stream/slots';
import { random, syntheticMessage, type SyntheticArea } from '../src/stream/synthetic';

const FRAMES = 600;

function areas(count: number): SyntheticArea[] {
  return Array.from({ length: count }, (_, i) => ({ id: btoa(`AREA${String(i).padStart(4, '0')}`), dimensions: [128, 128, 3] as const }));
}

function time(name: string, frames: number, run: (frame: number) => void): void {
  for (let i = 0; i < 60; i++) run(i);
  const samples = new Samples(frames);
  for (let i = 0; i < frames; i++) {
    const started = performance.now();
    run(i);
    samples.push(performance.now() - started);
  }
  const { p50, p90, p99, max } = samples.percentiles();
  const figures = [p50, p90, p99, max].map((ms) => ms.toFixed(3).padStart(8)).join(' ');
  console.log(`${name.padEnd(58)} ${figures}`);
}

function decodeAndUpdate(voxels: number, count: number): void {
  const list = areas(count);
  const slots = new SlotTable();
  slots.setAreas(list.map((area) => area.id));
  const messages = [1, 2, 3, 4].map((burst) => syntheticMessage(list, voxels, burst));
  const decoder = new Decoder();
  const layers = new Layers();
  const raster = new Raster();
  raster.setArea(list[0]!.id, list[0]!.dimensions);
  time(`decode and update, ${voxels} voxels of ${count} areas`, FRAMES, (i) => {
    const frame = decoder.decode(messages[i % messages.length]!);
    if (frame.kind !== 'voxels') throw new Error(frame.kind);
    layers.push(frame, slots, i);
    raster.push(frame);
  });
}

/** A block like those of a compressor: short literals and matches in turn. */
function block(length: number): { source: Uint8Array; length: number } {
  const draw = random(1);
  const bytes: number[] = [];
  let written = 0;
  while (written < length) {
    const literals = 1 + Math.floor(draw() * 6);
    const match = 4 + Math.floor(draw() * 14);
    bytes.push((literals << 4) | (match - 4));
    for (let i = 0; i < literals; i++) bytes.push(Math.floor(draw() * 256));
    written += literals;
    const distance = 1 + Math.floor(draw() * Math.min(written, 65535));
    bytes.push(distance & 255, distance >> 8);
    written += match;
  }
  bytes.push(0x10, 7);
  return { source: Uint8Array.from(bytes), length: written + 1 };
}

console.log(`${'milliseconds a frame'.padEnd(58)} ${['p50', 'p90', 'p99', 'max'].map((name) => name.padStart(8)).join(' ')}`);
decodeAndUpdate(2_000, 20);
decodeAndUpdate(200_000, 20);
decodeAndUpdate(200_000, 1000);
decodeAndUpdate(1_000_000, 20);

const { source, length } = block(1_600_000);
const target = new Uint8Array(length);
time(`LZ4, ${source.length} bytes of short runs to ${length}`, 60, () => {
  if (decodeBlock(source, target) !== length) throw new Error('the block has to decode');
});

// The frame of the vectors, 200 000 voxels' worth of it.
const { cases } = JSON.parse(readFileSync(new URL('vectors/lz4.json', import.meta.url), 'utf8')) as { cases: { name: string; length: number; block: string }[] };
const voxels = cases.find((vector) => vector.name === 'voxels, default')!;
const packed = new Uint8Array(Buffer.from(voxels.block, 'base64'));
const room = new Uint8Array(voxels.length);
time('LZ4, a frame of 400 voxels, 500 times', 60, () => {
  for (let i = 0; i < 500; i++) if (decodeBlock(packed, room) !== voxels.length) throw new Error('the block has to decode');
});
