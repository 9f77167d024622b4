// The last so many measurements of one thing, for the percentiles that people are shown.

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export class Samples {
  private readonly values: Float64Array;
  private readonly sorted: Float64Array;
  private next = 0;
  private filled = 0;
  /** The newest measurement. */
  last = 0;

  constructor(capacity = 240) {
    this.values = new Float64Array(capacity);
    this.sorted = new Float64Array(capacity);
  }

  push(value: number): void {
    this.last = value;
    this.values[this.next] = value;
    this.next = (this.next + 1) % this.values.length;
    if (this.filled < this.values.length) this.filled++;
  }

  percentiles(): Percentiles {
    if (this.filled === 0) return { p50: 0, p90: 0, p99: 0, max: 0 };
    const sorted = this.sorted.subarray(0, this.filled);
    sorted.set(this.values.subarray(0, this.filled));
    sorted.sort();
    const at = (share: number) => sorted[Math.min(this.filled - 1, Math.floor(share * this.filled))]!;
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted[this.filled - 1]! };
  }
}
