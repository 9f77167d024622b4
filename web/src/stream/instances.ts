// The voxels of the newest bursts as the GPU takes them: one array a component, a few layers by age.
// Taking a frame is five calls of `set` and one `fill` an entry, so that its cost is that of copying
// bytes; once the arrays have grown to the size of the frames, nothing is allocated.

import { entryCount, entryHighXy, entryHighZ, entryIdHigh, entryIdLow, type VoxelFrame } from './protocol';
import { UNKNOWN_SLOT, type SlotTable } from './slots';
import { halfToNumber } from './half';

const FIRST_CAPACITY = 4096;
const BYTES_PER_VOXEL = 10;
const RANGE_SAMPLES = 512;

/** What fired in one burst, ready to be drawn. */
export class Layer {
  x = new Uint16Array(0);
  y = new Uint16Array(0);
  z = new Uint16Array(0);
  /** Potentials as half floats. */
  p = new Uint16Array(0);
  /** Slots of the areas. */
  slot = new Uint16Array(0);
  capacity = 0;
  /** How many voxels the layer holds; 0 when it is empty. */
  count = 0;
  /** How many of them belong to areas that are not known. */
  unknown = 0;
  burst = -1;
  /** Changes with the content. */
  version = 0;
  /** When a newer burst was known to have run, on the caller's clock; null while this is the newest. */
  supersededAt: number | null = null;
  /** Runs of voxels that share a slot: for run i the voxels from `runStart[i]` to `runStart[i + 1]`. */
  runs = 0;
  runSlot = new Uint16Array(64);
  runStart = new Uint32Array(65);

  clear(): void {
    if (this.count === 0) return;
    this.count = 0;
    this.unknown = 0;
    this.runs = 0;
    this.version++;
  }

  /** Replaces the content by that of `frame`. */
  take(frame: VoxelFrame, slots: SlotTable): void {
    this.reserve(frame.voxels, frame.entries);
    this.x.set(frame.x);
    this.y.set(frame.y);
    this.z.set(frame.z);
    this.p.set(frame.p);
    let start = 0;
    let unknown = 0;
    for (let entry = 0; entry < frame.entries; entry++) {
      const slot = slots.find(entryIdLow(frame, entry), entryIdHigh(frame, entry), entryHighXy(frame, entry), entryHighZ(frame, entry));
      const end = start + entryCount(frame, entry);
      this.slot.fill(slot, start, end);
      this.runSlot[entry] = slot;
      this.runStart[entry] = start;
      if (slot === UNKNOWN_SLOT) unknown += end - start;
      start = end;
    }
    this.runs = frame.entries;
    this.runStart[this.runs] = start;
    this.count = frame.voxels;
    this.unknown = unknown;
    this.burst = frame.burst;
    this.supersededAt = null;
    this.version++;
  }

  private reserve(voxels: number, runs: number): void {
    if (voxels > this.capacity) {
      let capacity = Math.max(this.capacity, FIRST_CAPACITY);
      while (capacity < voxels) capacity *= 2;
      this.x = new Uint16Array(capacity);
      this.y = new Uint16Array(capacity);
      this.z = new Uint16Array(capacity);
      this.p = new Uint16Array(capacity);
      this.slot = new Uint16Array(capacity);
      this.capacity = capacity;
    }
    if (runs > this.runSlot.length) {
      let capacity = this.runSlot.length;
      while (capacity < runs) capacity *= 2;
      this.runSlot = new Uint16Array(capacity);
      this.runStart = new Uint32Array(capacity + 1);
    }
  }
}

/** A ring of layers: the newest frame and those that still glow. */
export class Layers {
  readonly all: readonly Layer[];
  /** The frame that was taken last; null before the first. */
  newest: Layer | null = null;
  private next = 0;
  private low = Infinity;
  private high = -Infinity;

  /** `budget` bounds the voxels of all layers together: large frames leave room for fewer of them. */
  constructor(layers = 8, private readonly budget = 1_000_000) {
    this.all = Array.from({ length: layers }, () => new Layer());
  }

  push(frame: VoxelFrame, slots: SlotTable, now: number): Layer {
    // Two at least: a buffer that is still being drawn is not the one to be written.
    const fitting = Math.max(2, Math.min(this.all.length, Math.floor(this.budget / Math.max(1, frame.voxels))));
    // Whatever its number: a server that was started anew counts from the beginning.
    for (const layer of this.all) if (layer.count > 0) layer.supersededAt ??= now;
    const index = this.next % fitting;
    for (let i = fitting; i < this.all.length; i++) this.all[i]!.clear();
    const layer = this.all[index]!;
    layer.take(frame, slots);
    this.next = index + 1;
    this.newest = layer;
    this.measure(frame);
    return layer;
  }

  /** Says that `burst` has run: whatever is older begins to fade. */
  supersede(burst: number, now: number): void {
    for (const layer of this.all) {
      if (layer.count > 0 && layer.supersededAt === null && layer.burst < burst) layer.supersededAt = now;
    }
  }

  /** Empties the layers that have faded, and says whether any still fades. */
  expire(now: number, glowMs: number): boolean {
    let fading = false;
    for (const layer of this.all) {
      if (layer.count === 0 || layer.supersededAt === null) continue;
      if (now - layer.supersededAt >= glowMs) layer.clear();
      else fading = true;
    }
    return fading;
  }

  /** Slots whose voxels stand in a layer. */
  slotsInUse(): Set<number> {
    const used = new Set<number>();
    for (const layer of this.all) for (let run = 0; run < layer.runs; run++) used.add(layer.runSlot[run]!);
    return used;
  }

  clear(): void {
    for (const layer of this.all) layer.clear();
    this.newest = null;
    this.low = Infinity;
    this.high = -Infinity;
  }

  /** Voxels of all layers. */
  get count(): number {
    return this.all.reduce((sum, layer) => sum + layer.count, 0);
  }

  get bytes(): number {
    return this.all.reduce((sum, layer) => sum + layer.capacity * BYTES_PER_VOXEL, 0);
  }

  /** The ends of the scale of potentials: follows what is seen, quickly outwards and slowly inwards. */
  get range(): { low: number; high: number } {
    if (this.low > this.high) return { low: 0, high: 1 };
    return { low: this.low, high: this.high };
  }

  private measure(frame: VoxelFrame): void {
    const step = Math.max(1, Math.floor(frame.voxels / RANGE_SAMPLES));
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < frame.voxels; i += step) {
      const value = halfToNumber(frame.p[i]!);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (!(low <= high) || !Number.isFinite(low) || !Number.isFinite(high)) return;
    this.low = low < this.low ? low : this.low + (low - this.low) * 0.02;
    this.high = high > this.high ? high : this.high + (high - this.high) * 0.02;
  }
}
