import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeBursts, encodeVoxels } from '../src/stream/encode';
import { halfTable, halfToNumber, numberToHalf } from '../src/stream/half';
import { Decoder, entryCount, entryHighXy, entryHighZ, entryIdHigh, entryIdLow, idText, idWords, type VoxelFrame } from '../src/stream/protocol';
import { random, syntheticFrame, syntheticMessage } from '../src/stream/synthetic';

const POWER = 'X19fcG93ZXI=';
const VISION = 'aXN2aQkAAAA=';

function voxels(message: ArrayBuffer): VoxelFrame {
  const frame = new Decoder().decode(message);
  assert.equal(frame.kind, 'voxels', JSON.stringify(frame));
  return frame as VoxelFrame;
}

function refused(message: ArrayBuffer): string {
  const answer = new Decoder().decode(message);
  assert.equal(answer.kind, 'malformed');
  return answer.kind === 'malformed' ? answer.reason : '';
}

const example = () =>
  encodeVoxels(
    2 ** 40 + 7,
    [
      { id: POWER, x: [0], y: [0], z: [0], p: [1] },
      { id: VISION, high: [1, 2, 3], x: [5, 65535], y: [6, 0], z: [7, 1], p: [0.5, 1e9] },
    ],
    3,
  );

test('reads what the description of the stream says', () => {
  // Written down byte by byte, so that reader and writer cannot agree on a mistake.
  const bytes = [
    [1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x2a, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0],
    [...Buffer.from(POWER, 'base64'), 2, 0, 0, 0, 1, 0, 2, 0, 3, 0, 0, 0],
    [0x34, 0x12, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0x00, 0x3c, 0x00, 0xc0],
  ].flat();
  const frame = voxels(new Uint8Array(bytes).buffer);
  assert.equal(frame.burst, 2 ** 32 + 42);
  assert.equal(frame.leftOut, 9);
  assert.equal(frame.voxels, 2);
  assert.equal(idText(entryIdLow(frame, 0), entryIdHigh(frame, 0)), POWER);
  assert.equal(entryCount(frame, 0), 2);
  assert.equal(entryHighXy(frame, 0), 1 | (2 << 16));
  assert.equal(entryHighZ(frame, 0), 3);
  assert.deepEqual([...frame.x], [0x1234, 1]);
  assert.deepEqual([...frame.y], [2, 3]);
  assert.deepEqual([...frame.z], [4, 5]);
  assert.deepEqual([...frame.p].map(halfToNumber), [1, -2]);
});

test('writes what it reads', () => {
  const frame = voxels(example());
  assert.equal(frame.burst, 2 ** 40 + 7);
  assert.equal(frame.leftOut, 3);
  assert.deepEqual([0, 1].map((entry) => entryCount(frame, entry)), [1, 2]);
  assert.equal(idText(entryIdLow(frame, 1), entryIdHigh(frame, 1)), VISION);
  assert.deepEqual([...frame.x], [0, 5, 65535]);
  assert.deepEqual([...frame.p].map(halfToNumber), [1, 0.5, 65504]);
});

test('takes uncompressed arrays from the message without copying', () => {
  const message = example();
  const frame = voxels(message);
  for (const array of [frame.entryWords, frame.x, frame.y, frame.z, frame.p]) assert.equal(array.buffer, message);
});

test('reads a compressed frame that another implementation has written', () => {
  const vectors = JSON.parse(readFileSync(new URL('vectors/lz4.json', import.meta.url), 'utf8')) as { cases: { name: string; plain: string; block: string }[] };
  const { plain, block } = vectors.cases.find((vector) => vector.name === 'voxels, default')!;
  const body = Buffer.from(plain, 'base64');
  const packed = Buffer.from(block, 'base64');
  const header = (flags: number) => {
    const head = Buffer.alloc(32);
    head.writeUInt8(1, 0);
    head.writeUInt8(flags, 1);
    head.writeUInt32LE(1, 4);
    head.writeUInt32LE(400, 8);
    head.writeUInt32LE(body.length, 24);
    return head;
  };
  const message = (flags: number, content: Buffer) => new Uint8Array(Buffer.concat([header(flags), content])).buffer;
  const compressed = voxels(message(1, packed));
  const uncompressed = voxels(message(0, body));
  for (const key of ['entryWords', 'x', 'y', 'z', 'p'] as const) assert.deepEqual(compressed[key], uncompressed[key]);
  assert.match(refused(message(1, packed.subarray(0, -1))), /damaged/);
});

test('keeps a compressed frame intact while the next one is decoded', () => {
  const literal = (id: string, x: number) => {
    const plain = new Uint8Array(encodeVoxels(1, [{ id, x: [x], y: [0], z: [0], p: [1] }]));
    const body = plain.subarray(32);
    // 28 bytes as literals only: a token, the rest of the length, the bytes.
    return new Uint8Array([...plain.subarray(0, 1), 1, ...plain.subarray(2, 32), 0xf0, body.length - 15, ...body]).buffer;
  };
  const decoder = new Decoder();
  const first = decoder.decode(literal(POWER, 11)) as VoxelFrame;
  const second = decoder.decode(literal(POWER, 22)) as VoxelFrame;
  assert.deepEqual([first.x[0], second.x[0]], [11, 22]);
});

test('reads records of bursts', () => {
  const records = new Decoder().decode(encodeBursts([{ burst: 2 ** 32 + 1, fired: 5, durationUs: 10, timeMs: 99 }]));
  assert.equal(records.kind, 'bursts');
  if (records.kind === 'bursts') assert.deepEqual([...records.words], [1, 1, 5, 10, 0, 0, 0, 99]);
});

test('refuses counts that the message cannot hold', () => {
  const lie = (at: number, value: number) => {
    const message = example();
    new DataView(message).setUint32(at, value, true);
    return message;
  };
  assert.match(refused(lie(8, 0xffffffff)), /voxels take/);
  assert.match(refused(lie(4, 0xffffffff)), /entries/);
  assert.match(refused(lie(24, 0xffffffff)), /header says/);
  assert.match(refused(lie(32 + 8, 2)), /entries cover/);
  const bursts = encodeBursts([{ burst: 1, fired: 1 }]);
  new DataView(bursts).setUint32(4, 0x10000000, true);
  assert.match(refused(bursts), /records of bursts/);
});

test('does not take memory for a compressed body that its bytes cannot make', () => {
  const message = new ArrayBuffer(40);
  const view = new DataView(message);
  view.setUint8(0, 1);
  view.setUint8(1, 1);
  view.setUint32(8, 30_000_000, true);
  view.setUint32(24, 240_000_000, true);
  assert.match(refused(message), /cannot hold/);
});

test('answers every truncation and every changed byte with a value', () => {
  const whole = new Uint8Array(example());
  for (let cut = 0; cut < whole.length; cut++) assert.equal(new Decoder().decode(whole.slice(0, cut).buffer).kind, 'malformed');
  const draw = random(3);
  for (let round = 0; round < 5000; round++) {
    const changed = whole.slice();
    for (let n = 0; n < 3; n++) changed[Math.floor(draw() * changed.length)] = Math.floor(draw() * 256);
    assert.ok(['voxels', 'bursts', 'malformed'].includes(new Decoder().decode(changed.buffer).kind));
  }
});

test('knows all half floats', () => {
  const table = halfTable();
  assert.equal(table[0x3c00], 1);
  assert.equal(table[0x7bff], 65504);
  assert.equal(table[0x0001], 2 ** -24);
  assert.equal(table[0xfc00], -Infinity);
  assert.ok(Number.isNaN(table[0x7e00]));
  for (let bits = 0; bits < 0x7c00; bits++) assert.equal(numberToHalf(table[bits]!), bits);
  assert.equal(numberToHalf(-0.1), 0xae66);
});

test('knows ids in both forms', () => {
  const words = idWords(POWER)!;
  assert.equal(idText(words.low, words.high), POWER);
  assert.equal(idWords('not an id'), null);
  assert.equal(idWords('AAAA'), null);
});

test('makes up frames of exactly the size that was asked for', () => {
  const areas = [
    { id: POWER, dimensions: [1, 1, 1] as const },
    { id: VISION, dimensions: [128, 128, 3] as const },
  ];
  const frame = syntheticFrame(areas, 10_000, 5);
  assert.equal(frame.voxels, 10_000);
  assert.ok(frame.x.every((x) => x < 128) && frame.z.every((z) => z < 3));
  assert.deepEqual(new Uint8Array(syntheticMessage(areas, 100, 5)), new Uint8Array(syntheticMessage(areas, 100, 5)));
  assert.equal(syntheticFrame([], 10).voxels, 0);
});
