// The colours of potentials: a path through a space in which equal steps look equally large, so that no
// value stands out that is not one. Lightness rises (or, on a light ground, falls) evenly while the hue
// turns; so the order of colours is seen without colour vision too.

import type { Theme } from './model';

export type Rgb = readonly [number, number, number];

export const COLORMAP_SIZE = 256;

interface Path {
  readonly lightness: readonly [number, number];
  readonly hue: readonly [number, number];
  readonly chroma: number;
}

const PATHS: Record<Theme, Path> = {
  dark: { lightness: [0.52, 0.95], hue: [300, 460], chroma: 0.21 },
  light: { lightness: [0.72, 0.4], hue: [455, 300], chroma: 0.21 },
};

/** sRGB, 0 to 1, of a colour given as lightness, chroma and hue (degrees) in OKLab; chroma gives way where the screen cannot show it. */
export function oklch(lightness: number, chroma: number, hueDegrees: number): Rgb {
  const hue = (hueDegrees * Math.PI) / 180;
  for (let c = chroma; c > 0; c -= 0.004) {
    const rgb = oklab(lightness, c * Math.cos(hue), c * Math.sin(hue));
    if (rgb.every((channel) => channel >= 0 && channel <= 1)) return rgb.map(gamma) as unknown as Rgb;
  }
  const grey = gamma(Math.max(0, Math.min(1, lightness ** 3)));
  return [grey, grey, grey];
}

/** Linear sRGB of a colour in OKLab. */
function oklab(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function gamma(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** The colour at `share` (0 to 1) of the scale. */
export function potentialColour(theme: Theme, share: number): Rgb {
  const { lightness, hue, chroma } = PATHS[theme];
  const mix = ([from, to]: readonly [number, number]) => from + (to - from) * share;
  return oklch(mix(lightness), chroma, mix(hue));
}

/** The scale as bytes r, g, b, a for a texture. */
export function colormapBytes(theme: Theme): Uint8Array {
  const bytes = new Uint8Array(COLORMAP_SIZE * 4);
  for (let i = 0; i < COLORMAP_SIZE; i++) {
    const rgb = potentialColour(theme, i / (COLORMAP_SIZE - 1));
    rgb.forEach((channel, c) => (bytes[i * 4 + c] = Math.round(channel * 255)));
    bytes[i * 4 + 3] = 255;
  }
  return bytes;
}

/** Where on the scale a value stands that is the only one: high up rather than as the lowest. */
export const ONLY_SHARE = 0.7;

/** Whether a scale is so short that all of it is one value. */
export const isFlat = (low: number, high: number): boolean => high - low < 1e-6 * Math.max(1, Math.abs(high));

/** The scale as a CSS gradient from left to right, for a legend; of a flat one its only colour. */
export function colormapGradient(theme: Theme, flat = false): string {
  const stops = Array.from({ length: 9 }, (_, i) => {
    const rgb = potentialColour(theme, flat ? ONLY_SHARE : i / 8).map((channel) => Math.round(channel * 255));
    return `rgb(${rgb.join(' ')})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** Whether a scale is better read by its logarithm: values of several sizes and no zero. */
export function isLogarithmic(low: number, high: number): boolean {
  return low > 0 && high / low > 30;
}
