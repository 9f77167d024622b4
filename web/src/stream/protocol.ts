// The messages of the stream: bytes in, views out. Whatever the bytes are, an answer is a value and
// never an exception; counts are compared with the length before anything is made of them.

import { decodeBlock } from './lz4';

const VOXELS = 1;
const BURSTS = 2;
const VOXELS_HEADER = 32;
const BURSTS_HEADER = 8;
const ENTRY_WORDS = 5;
const ENTRY_BYTES = 20;
const RECORD_WORDS = 8;
const RECORD_BYTES = 32;
const FLAG_LZ4 = 1;
/** No frame is believed to be larger than this when it is decompressed. */
const LARGEST_BODY = 1 << 28;

/** What fired in one burst. Its arrays are views: they hold until two more frames have been decoded. */
export interface VoxelFrame {
  readonly kind: 'voxels';
  readonly burst: number;
  /** Frames that the server left out for this viewer since the one before. */
  readonly leftOut: number;
  /** Number of voxels. */
  readonly voxels: number;
  /** Number of entries; each covers the next `entryCount(frame, i)` voxels. */
  readonly entries: number;
  /** The entries, five words each; read them with the functions below. */
  readonly entryWords: Uint32Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly z: Uint16Array;
  /** Potentials as half floats. */
  readonly p: Uint16Array;
  /** Time it took to decode, in milliseconds. */
  decodeMs: number;
}

/** Records of bursts, oldest first. */
export interface BurstRecords {
  readonly kind: 'bursts';
  readonly count: number;
  /** Eight words a burst: burst low and high, fired, duration us, lateness us, missed, inputs, ms. */
  readonly words: Uint32Array;
}

export interface Malformed {
  readonly kind: 'malformed';
  readonly reason: string;
}

export type Message = VoxelFrame | BurstRecords | Malformed;

/** First half of the cortical id of an entry, as a little-endian number. */
export const entryIdLow = (frame: VoxelFrame, entry: number): number => frame.entryWords[entry * ENTRY_WORDS]!;
export const entryIdHigh = (frame: VoxelFrame, entry: number): number => frame.entryWords[entry * ENTRY_WORDS + 1]!;
/** Number of voxels of an entry. */
export const entryCount = (frame: VoxelFrame, entry: number): number => frame.entryWords[entry * ENTRY_WORDS + 2]!;
/** High words of x and y, as `hx | hy << 16` without sign. */
export const entryHighXy = (frame: VoxelFrame, entry: number): number => frame.entryWords[entry * ENTRY_WORDS + 3]!;
/** High word of z. */
export const entryHighZ = (frame: VoxelFrame, entry: number): number => frame.entryWords[entry * ENTRY_WORDS + 4]! & 0xffff;

/** Time of the longest of the bursts recorded, in milliseconds. */
export function slowestBurstMs(records: BurstRecords): number {
  let slowest = 0;
  for (let record = 0; record < records.count; record++) slowest = Math.max(slowest, records.words[record * RECORD_WORDS + 3]!);
  return slowest / 1000;
}

/** The two words of a cortical id as the stream carries them, from its base64 form; null when it is none. */
export function idWords(id: string): { low: number; high: number } | null {
  let bytes: string;
  try {
    bytes = atob(id);
  } catch {
    return null;
  }
  if (bytes.length !== 8) return null;
  const word = (at: number) =>
    (bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8) | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24)) >>> 0;
  return { low: word(0), high: word(4) };
}

/** The base64 form of a cortical id from its two words. */
export function idText(low: number, high: number): string {
  let bytes = '';
  for (const word of [low, high]) for (let shift = 0; shift < 32; shift += 8) bytes += String.fromCharCode((word >>> shift) & 0xff);
  return btoa(bytes);
}

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

function words16(buffer: ArrayBufferLike, offset: number, count: number): Uint16Array {
  if (littleEndian && offset % 2 === 0) return new Uint16Array(buffer, offset, count);
  const view = new DataView(buffer, offset, count * 2);
  return Uint16Array.from({ length: count }, (_, i) => view.getUint16(i * 2, true));
}

function words32(buffer: ArrayBufferLike, offset: number, count: number): Uint32Array {
  if (littleEndian && offset % 4 === 0) return new Uint32Array(buffer, offset, count);
  const view = new DataView(buffer, offset, count * 4);
  return Uint32Array.from({ length: count }, (_, i) => view.getUint32(i * 4, true));
}

const malformed = (reason: string): Malformed => ({ kind: 'malformed', reason });

/** Reads messages. Keeps two buffers for bodies that come compressed, so that frames allocate only views. */
export class Decoder {
  private readonly bodies = [new Uint8Array(0), new Uint8Array(0)];
  private turn = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  decode(message: ArrayBuffer): Message {
    if (message.byteLength < BURSTS_HEADER) return malformed(`a message of ${message.byteLength} bytes has no header`);
    const kind = new Uint8Array(message, 0, 1)[0]!;
    if (kind === VOXELS) return this.voxels(message);
    if (kind === BURSTS) return bursts(message);
    return malformed(`kind ${kind} is not known`);
  }

  private voxels(message: ArrayBuffer): VoxelFrame | Malformed {
    const started = this.now();
    if (message.byteLength < VOXELS_HEADER) return malformed(`a header of voxels has 32 bytes, not ${message.byteLength}`);
    const header = new DataView(message);
    const flags = header.getUint8(1);
    const entries = header.getUint32(4, true);
    const voxels = header.getUint32(8, true);
    const length = header.getUint32(24, true);
    const carried = message.byteLength - VOXELS_HEADER;
    // Both products stay far below 2^53, so they are exact.
    const wanted = entries * ENTRY_BYTES + voxels * 8;
    if (length !== wanted) return malformed(`${entries} entries and ${voxels} voxels take ${wanted} bytes, the header says ${length}`);
    if (flags & ~FLAG_LZ4) return malformed(`flags ${flags} are not known`);

    let body: ArrayBufferLike = message;
    let offset = VOXELS_HEADER;
    if (flags & FLAG_LZ4) {
      // LZ4 cannot shrink by more than 255, so a larger claim is a lie that would only cost memory.
      if (length > LARGEST_BODY || length > carried * 255) return malformed(`${carried} bytes cannot hold a body of ${length}`);
      const target = this.room(length);
      const written = decodeBlock(new Uint8Array(message, VOXELS_HEADER), target);
      if (written !== length) return malformed('the compressed body is damaged');
      body = target.buffer;
      offset = target.byteOffset;
    } else if (carried !== length) {
      return malformed(`a body of ${length} bytes was announced, ${carried} came`);
    }

    const entryWords = words32(body, offset, entries * ENTRY_WORDS);
    let covered = 0;
    for (let entry = 0; entry < entries; entry++) covered += entryWords[entry * ENTRY_WORDS + 2]!;
    if (covered !== voxels) return malformed(`the entries cover ${covered} voxels, the frame has ${voxels}`);

    const start = offset + entries * ENTRY_BYTES;
    return {
      kind: 'voxels',
      burst: header.getUint32(12, true) + header.getUint32(16, true) * 2 ** 32,
      leftOut: header.getUint32(20, true),
      voxels,
      entries,
      entryWords,
      x: words16(body, start, voxels),
      y: words16(body, start + voxels * 2, voxels),
      z: words16(body, start + voxels * 4, voxels),
      p: words16(body, start + voxels * 6, voxels),
      decodeMs: this.now() - started,
    };
  }

  private room(length: number): Uint8Array {
    this.turn ^= 1;
    let body = this.bodies[this.turn]!;
    if (body.length < length) {
      body = new Uint8Array(Math.max(length, Math.min(body.length * 2, LARGEST_BODY)));
      this.bodies[this.turn] = body;
    }
    return body.subarray(0, length);
  }
}

function bursts(message: ArrayBuffer): BurstRecords | Malformed {
  const count = new DataView(message).getUint32(4, true);
  const wanted = BURSTS_HEADER + count * RECORD_BYTES;
  if (message.byteLength !== wanted) return malformed(`${count} records of bursts take ${wanted} bytes, ${message.byteLength} came`);
  return { kind: 'bursts', count, words: words32(message, BURSTS_HEADER, count * RECORD_WORDS) };
}
