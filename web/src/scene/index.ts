// The 3D view. `createScene` is all there is to call; the types of what it shows are in `model.ts`.

import { WebGLRenderer } from 'three';
import type { VoxelFrame } from '../stream/protocol';
import type { BrainModel, Pick, SceneStats, Show, Theme, Vec3 } from './model';
import type { Insets } from './navigation';
import { View } from './view';

export type * from './model';
export type { Insets } from './navigation';
export { colormapGradient } from './colormap';

export interface SceneOptions {
  /** Told a sentence when nothing can be drawn, and null when it can again. */
  readonly onProblem?: (sentence: string | null) => void;
  /** Above this number of voxels points are drawn instead of cubes; chosen by the graphics processor otherwise. */
  readonly cubeLimit?: number;
}

/** Potentials at both ends of the colours, whether they are one, and whether equal steps of colour are equal factors. */
export interface ColourScale {
  readonly low: number;
  readonly high: number;
  readonly flat: boolean;
  readonly logarithmic: boolean;
}

/** A voxel of the frame that is shown. */
export interface ShownVoxel {
  readonly areaId: string;
  readonly voxel: Vec3;
  readonly potential: number;
}

export interface Scene {
  /** Shows a brain. The camera stays unless it is another brain. */
  setModel(model: BrainModel): void;
  /** Shows a frame at the next picture, in place of one that waits. `used` is called once when it has been drawn or dropped. */
  frame(frame: VoxelFrame, used?: () => void): void;
  /** Says that a burst has run, also when nothing fired in it: older voxels begin to fade. */
  burst(burst: number): void;
  /** Forgets all frames: what is drawn is another brain's, or another run's. */
  clear(): void;
  setTheme(theme: Theme): void;
  setSelection(id: string | null): void;
  /** Moves the camera to an area, or to where all of them are seen. */
  flyTo(target: string | 'all'): void;
  setShow(show: Partial<Show>): void;
  /** Says how much of the canvas panels cover: what is shown is fitted into the rest of it. */
  setInsets(insets: Insets): void;
  /** Calls back for every click, with null beside all areas. Returns what ends that. */
  onPick(callback: (pick: Pick | null) => void): () => void;
  /** Calls back when the pointer moves over areas, and with null once when it leaves them. */
  onHover(callback: (pick: Pick | null) => void): () => void;
  stats(): SceneStats;
  /** Frames that a newer one replaced before they were drawn. */
  readonly drops: number;
  /** Which potentials the colours stand for; null before the first frame. */
  scale(): ColourScale | null;
  /** The voxels of the newest frame, as they are drawn. */
  shown(): { burst: number; voxels: ShownVoxel[] };
  /** Where on the canvas an area or one of its voxels is, in CSS pixels; null when it lies behind the camera. */
  placeOf(areaId: string, voxel?: Vec3): { x: number; y: number } | null;
  /** The picture as PNG. */
  capture(): Promise<Blob>;
  dispose(): void;
}

const NO_WEBGL2 = 'This browser does not offer WebGL 2, so the brain cannot be drawn. Lists, plots and edits work all the same.';

/** Makes the view on a canvas, whose size the page decides. Where there is no WebGL 2, it says so and shows nothing. */
export function createScene(canvas: HTMLCanvasElement, options: SceneOptions = {}): Scene {
  let renderer: WebGLRenderer;
  try {
    renderer = new WebGLRenderer({ canvas, antialias: true, powerPreference: 'high-performance' });
  } catch {
    options.onProblem?.(NO_WEBGL2);
    return blankScene();
  }
  return new View(canvas, renderer, options);
}

/** Takes everything and shows nothing, so that the page around it needs no second path. */
function blankScene(): Scene {
  const none = { p50: 0, p90: 0, p99: 0, max: 0 };
  let areas = 0;
  let frames = 0;
  return {
    setModel: (model) => void (areas = model.areas.length),
    frame(_frame, used) {
      frames++;
      used?.();
    },
    burst() {},
    clear() {},
    setTheme() {},
    setSelection() {},
    flyTo() {},
    setShow() {},
    setInsets() {},
    onPick: () => () => {},
    onHover: () => () => {},
    stats: () => ({
      instances: 0,
      voxels: 0,
      areas,
      drawMode: 'points',
      drawCalls: 0,
      renders: 0,
      frames,
      drops: 0,
      voxelsSkipped: 0,
      range: { low: 0, high: 1 },
      lastDecodeMs: 0,
      lastUpdateMs: 0,
      updateMs: none,
      renderMs: none,
      bufferBytes: 0,
    }),
    drops: 0,
    scale: () => null,
    shown: () => ({ burst: -1, voxels: [] }),
    placeOf: () => null,
    capture: () => Promise.reject(new Error(NO_WEBGL2)),
    dispose() {},
  };
}
