// Who fired when, for one chosen area: the dots of a raster plot, in a ring of fixed size.

import { entryCount, entryHighXy, entryHighZ, entryIdHigh, entryIdLow, idWords, type VoxelFrame } from './protocol';

/** At most this many dots are kept of one burst; of more, every second, third, ... is taken. */
const MOST_PER_BURST = 8192;

export class Raster {
  private readonly bursts: Float64Array;
  private readonly indices: Uint32Array;
  private next = 0;
  private filled = 0;
  private words: { low: number; high: number } | null = null;
  private size: readonly [number, number, number] = [1, 1, 1];
  /** The chosen area; null when none is. */
  areaId: string | null = null;
  /** Dots left out because a burst had more than are kept of one. */
  thinned = 0;
  /** Changes whenever dots came or went. */
  version = 0;

  constructor(readonly capacity = 262_144) {
    this.bursts = new Float64Array(capacity);
    this.indices = new Uint32Array(capacity);
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
    this.version++;
  }

  /** Takes what a frame has of the chosen area. A voxel's index counts z innermost, then y, then x, as neuron ids do. */
  push(frame: VoxelFrame): void {
    if (!this.words) return;
    const [width, height, depth] = this.size;
    let start = 0;
    let room = MOST_PER_BURST;
    for (let entry = 0; entry < frame.entries; entry++) {
      const end = start + entryCount(frame, entry);
      if (entryIdLow(frame, entry) === this.words.low && entryIdHigh(frame, entry) === this.words.high) {
        const step = Math.max(1, Math.ceil((end - start) / Math.max(1, room)));
        const highX = (entryHighXy(frame, entry) & 0xffff) * 65536;
        const highY = (entryHighXy(frame, entry) >>> 16) * 65536;
        const highZ = entryHighZ(frame, entry) * 65536;
        let taken = 0;
        for (let i = start; i < end && taken < room; i += step, taken++) {
          const x = frame.x[i]! + highX;
          const y = frame.y[i]! + highY;
          const z = frame.z[i]! + highZ;
          // The area may have been made smaller since the model was read.
          if (x < width && y < height && z < depth) this.add(frame.burst, (x * height + y) * depth + z);
        }
        this.thinned += end - start - taken;
        room -= taken;
        this.version++;
      }
      start = end;
    }
  }

  /** A dot by age: index 0 is the oldest. */
  burst(index: number): number {
    return this.bursts[this.position(index)]!;
  }

  neuron(index: number): number {
    return this.indices[this.position(index)]!;
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

  /** The dots as CSV, oldest first. */
  csv(): string {
    const [, height, depth] = this.size;
    const lines = ['burst,index,x,y,z'];
    for (let i = 0; i < this.filled; i++) {
      const index = this.neuron(i);
      const x = Math.floor(index / (height * depth));
      lines.push(`${this.burst(i)},${index},${x},${Math.floor(index / depth) % height},${index % depth}`);
    }
    return lines.join('\n') + '\n';
  }

  private position(index: number): number {
    return (this.next - this.filled + index + this.capacity) % this.capacity;
  }

  private add(burst: number, index: number): void {
    this.bursts[this.next] = burst;
    this.indices[this.next] = index;
    this.next = (this.next + 1) % this.capacity;
    if (this.filled < this.capacity) this.filled++;
  }
}
