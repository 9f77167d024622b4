// The records of the last bursts, for plots and their downloads: one typed array a column, used again
// and again, so that an hour of bursts costs what a minute does.

import type { BurstRecords } from './protocol';

/** The columns, in the order in which a record has them. */
export const BURST_COLUMNS = ['burst', 'fired', 'durationUs', 'latenessUs', 'missed', 'inputs', 'timeMs'] as const;
export type BurstColumn = (typeof BURST_COLUMNS)[number];

const RECORD_WORDS = 8;

export class BurstRing {
  private readonly columns: Record<BurstColumn, Float64Array>;
  private next = 0;
  private filled = 0;
  /** Changes whenever records came or went. */
  version = 0;

  constructor(readonly capacity = 65536) {
    this.columns = Object.fromEntries(BURST_COLUMNS.map((name) => [name, new Float64Array(capacity)])) as Record<BurstColumn, Float64Array>;
  }

  /** How many bursts are remembered. */
  get length(): number {
    return this.filled;
  }

  /** Takes records; those that are not newer than the newest known are passed over. */
  push(records: BurstRecords): void {
    const { words, count } = records;
    for (let record = 0; record < count; record++) {
      const at = record * RECORD_WORDS;
      const burst = words[at]! + words[at + 1]! * 2 ** 32;
      const before = this.latest('burst');
      if (before !== null && burst <= before) continue;
      const { columns, next } = this;
      columns.burst[next] = burst;
      columns.fired[next] = words[at + 2]!;
      columns.durationUs[next] = words[at + 3]!;
      columns.latenessUs[next] = words[at + 4]!;
      columns.missed[next] = words[at + 5]!;
      columns.inputs[next] = words[at + 6]!;
      columns.timeMs[next] = words[at + 7]!;
      this.next = (next + 1) % this.capacity;
      if (this.filled < this.capacity) this.filled++;
    }
    if (count > 0) this.version++;
  }

  /** Forgets everything: the server has started anew or holds another brain. */
  clear(): void {
    this.next = 0;
    this.filled = 0;
    this.version++;
  }

  /** A value by age: index 0 is the oldest remembered burst. */
  value(column: BurstColumn, index: number): number {
    return this.columns[column][(this.next - this.filled + index + this.capacity) % this.capacity]!;
  }

  latest(column: BurstColumn): number | null {
    return this.filled === 0 ? null : this.value(column, this.filled - 1);
  }

  /** Index of the first burst that ran within the last `spanMs`. */
  firstWithin(spanMs: number): number {
    const end = this.latest('timeMs');
    if (end === null) return 0;
    let low = 0;
    let high = this.filled - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.value('timeMs', middle) < end - spanMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
