// Fewer points than there are, without losing peaks: of each bucket the largest value stays.

export interface Columns {
  readonly x: Float64Array;
  readonly y: readonly Float64Array[];
}

/**
 * `length` points, read by `x(i)` and by each of `ys`, in at most `most` buckets of equal size. The
 * last point of a bucket gives its x.
 */
export function decimate(
  length: number,
  most: number,
  x: (index: number) => number,
  ys: readonly ((index: number) => number)[],
): Columns {
  const size = Math.max(1, Math.ceil(length / most));
  const buckets = Math.ceil(length / size);
  const xs = new Float64Array(buckets);
  const out = ys.map(() => new Float64Array(buckets));
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = Math.min(length, (bucket + 1) * size);
    xs[bucket] = x(end - 1);
    ys.forEach((y, series) => {
      let peak = -Infinity;
      for (let index = bucket * size; index < end; index++) peak = Math.max(peak, y(index));
      out[series]![bucket] = peak;
    });
  }
  return { x: xs, y: out };
}
