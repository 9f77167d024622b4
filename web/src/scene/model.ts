// What the scene shows, in plain values: the caller fills these from the REST answers.
// Nothing here knows three.js, so that everybody may import it.

export type Vec3 = readonly [number, number, number];

/** A cortical area: a box with its corner at `position`, one unit a voxel, z into the screen. */
export interface AreaModel {
  /** The cortical id as REST and the stream give it. */
  readonly id: string;
  readonly name: string;
  /** Decides the colour of the box: "IPU", "OPU", "CORE", "CUSTOM", "MEMORY"; others are drawn neutral. */
  readonly group: string;
  readonly position: Vec3;
  readonly dimensions: Vec3;
  /** Whether the voxels that fire are drawn. */
  readonly visible: boolean;
}

/** A brain region: drawn as an outline around everything that is in it. */
export interface RegionModel {
  readonly id: string;
  readonly title: string;
  /** Id of the region that holds this one; null for the root. */
  readonly parent: string | null;
  readonly areas: readonly string[];
}

/** The mappings from one area to another, drawn as one arc. */
export interface MappingModel {
  readonly source: string;
  readonly target: string;
  readonly synapses: number;
}

export interface BrainModel {
  readonly areas: readonly AreaModel[];
  readonly regions: readonly RegionModel[];
  readonly mappings: readonly MappingModel[];
}

export type Theme = 'dark' | 'light';

/** What is drawn beside the boxes and the firing voxels. */
export interface Show {
  mappings: 'none' | 'selected' | 'all';
  regions: boolean;
  labels: boolean;
  /** Boxes of areas in which nothing fires at the moment. */
  emptyAreas: boolean;
  /** How long voxels keep glowing after a newer burst has run, in milliseconds; 0 switches it off. */
  afterglowMs: number;
}

/** What lies under the pointer. `voxel` is within the area, `fired` whether it is in the frame shown. */
export interface Pick {
  readonly areaId: string;
  readonly voxel: Vec3;
  readonly fired: boolean;
  /** Potential of the voxel when it fired, else null. */
  readonly potential: number | null;
  /** Where on the canvas, in CSS pixels. */
  readonly x: number;
  readonly y: number;
}

export interface SceneStats {
  /** Voxels drawn, afterglow included. */
  readonly instances: number;
  /** Voxels of the newest frame. */
  readonly voxels: number;
  readonly areas: number;
  readonly drawMode: 'cubes' | 'points';
  /** Calls of draw to the GPU in the last picture. */
  readonly drawCalls: number;
  readonly renders: number;
  readonly frames: number;
  /** Frames that were replaced by a newer one before they were drawn. */
  readonly drops: number;
  /** Voxels of the newest frame whose area is not in the model or is not shown. */
  readonly voxelsSkipped: number;
  /** Potentials at both ends of the colour scale. */
  readonly range: { readonly low: number; readonly high: number };
  readonly lastDecodeMs: number;
  readonly lastUpdateMs: number;
  /** Decode and buffer update of the last frames, milliseconds. */
  readonly updateMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  readonly renderMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
  /** Bytes held by the instance buffers in memory. */
  readonly bufferBytes: number;
}
