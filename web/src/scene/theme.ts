// Colours of everything but potentials.

import type { Rgb } from './colormap';
import type { Theme } from './model';

export interface Palette {
  readonly background: number;
  /** Colour of boxes by the group of their area; `other` for groups that are not listed. */
  readonly groups: Readonly<Record<string, Rgb>>;
  readonly other: Rgb;
  readonly region: Rgb;
  readonly selected: Rgb;
  readonly outgoing: Rgb;
  readonly incoming: Rgb;
  readonly text: string;
  readonly regionText: string;
  readonly selectedText: string;
  readonly halo: string;
  /** Opacity of a box's sides. */
  readonly fill: number;
  readonly edge: number;
  /** How much afterglow adds light rather than covering: 0 to 1. */
  readonly additive: number;
}

function rgb(hex: number): Rgb {
  return [((hex >> 16) & 255) / 255, ((hex >> 8) & 255) / 255, (hex & 255) / 255];
}

export const PALETTES: Record<Theme, Palette> = {
  dark: {
    background: 0x0a0d14,
    groups: { IPU: rgb(0x6fb6ff), OPU: rgb(0xffb066), CORE: rgb(0xb9a5ff), CUSTOM: rgb(0x62d9b8), MEMORY: rgb(0xff93c0) },
    other: rgb(0x9aa6bd),
    region: rgb(0x8f9ab3),
    selected: rgb(0xffffff),
    outgoing: rgb(0xffc46b),
    incoming: rgb(0x6fc7ff),
    text: '#e8ecf5',
    regionText: '#9aa6c0',
    selectedText: '#ffffff',
    halo: 'rgb(6 8 13 / 92%)',
    fill: 0.045,
    edge: 0.62,
    additive: 0.75,
  },
  light: {
    background: 0xe9edf4,
    groups: { IPU: rgb(0x1763b8), OPU: rgb(0xa3560a), CORE: rgb(0x6747c7), CUSTOM: rgb(0x0b7a61), MEMORY: rgb(0xb02a6b) },
    other: rgb(0x5b6780),
    region: rgb(0x5b6780),
    selected: rgb(0x0b1020),
    outgoing: rgb(0xb25a00),
    incoming: rgb(0x0a5fb4),
    text: '#151b29',
    regionText: '#4d5973',
    selectedText: '#000000',
    halo: 'rgb(246 248 252 / 94%)',
    fill: 0.05,
    edge: 0.7,
    additive: 0,
  },
};

export const groupColour = (palette: Palette, group: string): Rgb => palette.groups[group] ?? palette.other;
