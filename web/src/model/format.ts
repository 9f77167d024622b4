// Numbers and times as people read them.

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

export function count(n: number): string {
  return whole.format(n);
}

/** Short form for narrow places: 950, 12.3k, 4.5M. */
export function compact(n: number): string {
  const size = Math.abs(n);
  if (size < 1000) return String(Math.round(n * 10) / 10);
  if (size < 999_950) return `${trim(n / 1000)}k`;
  if (size < 999_950_000) return `${trim(n / 1_000_000)}M`;
  return `${trim(n / 1_000_000_000)}G`;
}

function trim(n: number): string {
  return n.toFixed(1).replace(/\.0$/, '');
}

/** A measured value with at most `digits` significant digits and no trailing zeros. */
export function number(n: number, digits = 6): string {
  if (!Number.isFinite(n)) return String(n);
  return String(Number(n.toPrecision(digits)));
}

export function bytesPerSecond(n: number): string {
  return `${compact(n)}B/s`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A title as the beginning of a file name. */
export function fileStem(title: string): string {
  const stem = title
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return stem || 'brain';
}
