// IEEE half floats, the form in which potentials travel.

let table: Float32Array | null = null;

/** The number a half float stands for. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** All 65 536 half floats as numbers; built when first asked for. */
export function halfTable(): Float32Array {
  if (!table) {
    table = new Float32Array(65536);
    for (let bits = 0; bits < 65536; bits++) table[bits] = halfToNumber(bits);
  }
  return table;
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The half float nearest to `value` (ties to even); what is too large becomes the largest finite one. */
export function numberToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  float[0] = Math.max(-65504, Math.min(65504, value));
  const bits = floatBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent <= 0) {
    if (exponent < -10) return sign;
    return sign | roundShift(fraction | 0x800000, 14 - exponent);
  }
  return sign | ((exponent << 10) + roundShift(fraction, 13));
}

function roundShift(value: number, shift: number): number {
  const whole = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return whole + (rest > half || (rest === half && whole & 1) ? 1 : 0);
}
