// Who fired when, for one chosen area: the dots of a raster plot, in a ring of fixed size. It knows from
// which burst on it holds everything: before that, the absence of dots is not silence.

import { entryCount, entryHighXy, entryHighZ, entryIdHigh, entryIdLow, idWords, type VoxelFrame } from './protocol';

/** Bursts that the ring holds at least, however much fires in them. */
export const RASTER_BURSTS = 300;

export class Raster {
  private readonly bursts: Float64Array;
  private readonly indices: Uint32Array;
  private readonly mostPerBurst: number;
  private next = 0;
  private filled = 0;
  private words: { low: number; high: number } | null = null;
  private size: readonly [number, number, number] = [1, 1, 1];
  /** The chosen area; null when none is. */
  areaId: string | null = null;
  /** First burst of which all that came is here; Infinity before anything came. */
  coveredFrom = Infinity;
  /** Dots left out because a burst had more than are kept of one. */
  thinned = 0;
  /** Changes whenever dots came or went. */
  version = 0;

  constructor(readonly capacity = 262_144) {
    this.bursts = new Float64Array(capacity);
    this.indices = new Uint32Array(capacity);
    this.mostPerBurst = Math.max(1, Math.floor(capacity / RASTER_BURSTS));
  }

  get length(): number {
    return this.filled;
  }

  /** Voxels of the chosen area: the range of the dots' indices. */
  get rows(): number {
    return this.size[0] * this.size[1] * this.size[2];
  }

  /** Chooses an area, or none; dots of another one are forgotten. */
  setArea(id: string | null, dimensions: readonly [number, number, number] = [1, 1, 1]): void {
    const same = id === this.areaId && dimensions.every((side, axis) => side === this.size[axis]);
    this.areaId = id;
    this.size = dimensions;
    this.words = id === null ? null : idWords(id);
    if (!same) this.clear();
  }

  clear(): void {
    this.next = 0;
    this.filled = 0;
    this.thinned = 0;
    this.coveredFrom = Infinity;
    this.version++;
  }

  /** Says that `burst` has run, also when nothing fired in it: from now on the raster is told. */
  begin(burst: number): void {
    if (this.coveredFrom === Infinity) this.coveredFrom = burst;
  }

  /** Takes what a frame has of the chosen area. A voxel's index counts z innermost, then y, then x, as neuron ids do. */
  push(frame: VoxelFrame): void {
    const { words } = this;
    if (!words) return;
    this.begin(frame.burst);
    const mine = (entry: number) => entryIdLow(frame, entry) === words.low && entryIdHigh(frame, entry) === words.high;
    let fired = 0;
    for (let entry = 0; entry < frame.entries; entry++) if (mine(entry)) fired += entryCount(frame, entry);
    if (fired === 0) return;
    // Of too many, every second, third, ... is taken, over all entries alike.
    const step = Math.ceil(fired / this.mostPerBurst);
    let start = 0;
    let phase = 0;
    for (let entry = 0; entry < frame.entries; entry++) {
      const end = start + entryCount(frame, entry);
      if (mine(entry)) {
        let i = start + phase;
        for (; i < end; i += step) this.addVoxel(frame, entry, i);
        phase = i - end;
      }
      start = end;
    }
    this.thinned += fired - Math.ceil(fired / step);
    this.version++;
  }

  /** A dot by age: index 0 is the oldest. */
  burst(index: number): number {
    return this.bursts[this.position(index)]!;
  }

  neuron(index: number): number {
    return this.indices[this.position(index)]!;
  }

  /** The place within the area of a dot's voxel. */
  voxel(index: number): [number, number, number] {
    const [, height, depth] = this.size;
    const neuron = this.neuron(index);
    return [Math.floor(neuron / (height * depth)), Math.floor(neuron / depth) % height, neuron % depth];
  }

  /** Index of the first dot of `burst` or a later one. */
  firstFrom(burst: number): number {
    let low = 0;
    let high = this.filled;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.burst(middle) < burst) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private position(index: number): number {
    return (this.next - this.filled + index + this.capacity) % this.capacity;
  }

  private addVoxel(frame: VoxelFrame, entry: number, i: number): void {
    const [width, height, depth] = this.size;
    const highXy = entryHighXy(frame, entry);
    const x = frame.x[i]! + (highXy & 0xffff) * 65536;
    const y = frame.y[i]! + (highXy >>> 16) * 65536;
    const z = frame.z[i]! + entryHighZ(frame, entry) * 65536;
    // The area may have been made smaller since the model was read.
    if (x < width && y < height && z < depth) this.add(frame.burst, (x * height + y) * depth + z);
  }

  private add(burst: number, index: number): void {
    // Of the burst whose dot makes room, something is missing from now on.
    if (this.filled === this.capacity) this.coveredFrom = Math.max(this.coveredFrom, this.bursts[this.next]! + 1);
    this.bursts[this.next] = burst;
    this.indices[this.next] = index;
    this.next = (this.next + 1) % this.capacity;
    if (this.filled < this.capacity) this.filled++;
  }
}
