// Writes messages of the stream, for made-up frames and for tests: the mirror of `protocol.ts`.

import { numberToHalf } from './half';
import { idWords } from './protocol';

/** Voxels of one area; coordinates may exceed 16 bits only by the `high` words. */
export interface Entry {
  readonly id: string;
  readonly high?: readonly [number, number, number];
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly z: ArrayLike<number>;
  /** Potentials as numbers. */
  readonly p: ArrayLike<number>;
}

const HEADER = 32;
const ENTRY_BYTES = 20;

/** A VOXELS message with an uncompressed body. */
export function encodeVoxels(burst: number, entries: readonly Entry[], leftOut = 0): ArrayBuffer {
  const voxels = entries.reduce((sum, entry) => sum + entry.x.length, 0);
  const length = entries.length * ENTRY_BYTES + voxels * 8;
  const message = new ArrayBuffer(HEADER + length);
  const view = new DataView(message);
  view.setUint8(0, 1);
  view.setUint32(4, entries.length, true);
  view.setUint32(8, voxels, true);
  view.setUint32(12, burst >>> 0, true);
  view.setUint32(16, Math.floor(burst / 2 ** 32), true);
  view.setUint32(20, leftOut, true);
  view.setUint32(24, length, true);
  let column = HEADER + entries.length * ENTRY_BYTES;
  entries.forEach((entry, i) => {
    const at = HEADER + i * ENTRY_BYTES;
    const words = idWords(entry.id) ?? { low: 0, high: 0 };
    const high = entry.high ?? [0, 0, 0];
    view.setUint32(at, words.low, true);
    view.setUint32(at + 4, words.high, true);
    view.setUint32(at + 8, entry.x.length, true);
    high.forEach((word, axis) => view.setUint16(at + 12 + axis * 2, word, true));
    for (let v = 0; v < entry.x.length; v++) {
      view.setUint16(column + v * 2, entry.x[v]!, true);
      view.setUint16(column + voxels * 2 + v * 2, entry.y[v]!, true);
      view.setUint16(column + voxels * 4 + v * 2, entry.z[v]!, true);
      view.setUint16(column + voxels * 6 + v * 2, numberToHalf(entry.p[v]!), true);
    }
    column += entry.x.length * 2;
  });
  return message;
}

/** One burst for `encodeBursts`. */
export interface BurstRecord {
  readonly burst: number;
  readonly fired: number;
  readonly durationUs?: number;
  readonly latenessUs?: number;
  readonly missed?: number;
  readonly inputs?: number;
  readonly timeMs?: number;
}

/** A BURSTS message. */
export function encodeBursts(records: readonly BurstRecord[]): ArrayBuffer {
  const message = new ArrayBuffer(8 + records.length * 32);
  const view = new DataView(message);
  view.setUint8(0, 2);
  view.setUint32(4, records.length, true);
  records.forEach((record, i) => {
    const values = [
      record.burst >>> 0,
      Math.floor(record.burst / 2 ** 32),
      record.fired,
      record.durationUs ?? 0,
      record.latenessUs ?? 0,
      record.missed ?? 0,
      record.inputs ?? 0,
      record.timeMs ?? 0,
    ];
    values.forEach((value, word) => view.setUint32(8 + i * 32 + word * 4, value, true));
  });
  return message;
}
