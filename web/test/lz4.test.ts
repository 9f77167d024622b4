import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeBlock } from '../src/stream/lz4';
import { random } from '../src/stream/synthetic';

interface Case {
  name: string;
  length: number;
  plain?: string;
  fill?: number;
  block: string;
}
const { cases } = JSON.parse(readFileSync(new URL('vectors/lz4.json', import.meta.url), 'utf8')) as { cases: Case[] };
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

for (const { name, length, plain, fill, block } of cases) {
  test(`decodes ${name}`, () => {
    const target = new Uint8Array(length);
    assert.equal(decodeBlock(bytes(block), target), length);
    assert.deepEqual(target, plain === undefined ? new Uint8Array(length).fill(fill!) : bytes(plain));
  });
}

test('refuses a target that is a byte too small', () => {
  for (const { length, block } of cases) {
    if (length > 0) assert.equal(decodeBlock(bytes(block), new Uint8Array(length - 1)), -1);
  }
});

test('refuses or bounds every truncation', () => {
  for (const { length, block, name } of cases) {
    const whole = bytes(block);
    for (let cut = 0; cut < whole.length; cut++) {
      const written = decodeBlock(whole.subarray(0, cut), new Uint8Array(length));
      assert.ok(written < length || length === 0, `${name} cut at ${cut} gave ${written}`);
    }
  }
});

test('refuses a match that reaches before the start', () => {
  assert.equal(decodeBlock(Uint8Array.of(0x10, 65, 2, 0, 0x10, 66), new Uint8Array(64)), -1);
});

test('refuses a match at distance zero', () => {
  assert.equal(decodeBlock(Uint8Array.of(0x10, 65, 0, 0, 0x10, 66), new Uint8Array(64)), -1);
});

test('refuses a length that goes on beyond any memory', () => {
  const endless = new Uint8Array(1 << 16).fill(255);
  assert.equal(decodeBlock(endless, new Uint8Array(1 << 16)), -1);
});

test('stays within the target on noise', () => {
  const draw = random(11);
  for (let round = 0; round < 4000; round++) {
    const source = Uint8Array.from({ length: 1 + Math.floor(draw() * 80) }, () => Math.floor(draw() * 256));
    const memory = new Uint8Array(256).fill(0xa5);
    const target = memory.subarray(64, 192);
    const written = decodeBlock(source, target);
    assert.ok(written >= -1 && written <= target.length);
    assert.ok(memory.subarray(0, 64).every((byte) => byte === 0xa5) && memory.subarray(192).every((byte) => byte === 0xa5));
  }
});
