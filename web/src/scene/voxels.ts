// Firing voxels on the GPU. The arrays of the layers are vertex attributes as they are; a texture tells
// where the area of a slot stands. Few voxels are cubes of which the three sides that can be seen are
// drawn, many are points.

import * as THREE from 'three';
import type { Layer, Layers } from '../stream/instances';
import type { SlotTable } from '../stream/slots';
import { COLORMAP_SIZE, colormapBytes, isFlat, isLogarithmic, ONLY_SHARE } from './colormap';
import type { AreaModel, Theme } from './model';
import { boxCentre, areaBox, longestSide } from './layout';
import { CAMERA, HEAD, LEAST_BOX_PIXELS, LEAST_VOXEL_PIXELS } from './shaders';
import { PALETTES } from './theme';

export type DrawMode = 'cubes' | 'points';

const SLOTS_PER_ROW = 128;
/** Where the area stands and whether it is shown; its centre and longest side. */
const FLOATS_PER_SLOT = 8;
/** From this number of voxels on, afterglow only covers and adds no light. */
const MOST_ADDED = 20_000;
const COMPONENTS = { vx: 'x', vy: 'y', vz: 'z', vp: 'p', vs: 'slot' } as const;

/** How much of the ground's colour what lies farthest back in its area takes. */
const PALER = 0.3;

const PLACE = /* glsl */ `
const float AREA_PIXELS = ${LEAST_BOX_PIXELS.toFixed(1)};
in uint vx;
in uint vy;
in uint vz;
in uint vp;
in uint vs;
uniform sampler2D uSlots;
uniform sampler2D uColours;
uniform vec3 uScale; // lowest potential, 1 / range, whether of logarithms
uniform vec3 uGround;
out vec3 vColour;

// Centre of the voxel, and by how much its area is enlarged to be seen; that is 0 where it is not drawn.
vec4 place() {
  ivec2 texel = ivec2(int(vs & 127u) * 2, int(vs >> 7u));
  vec4 area = texelFetch(uSlots, texel, 0);
  vec4 middle = texelFetch(uSlots, texel + ivec2(1, 0), 0);
  vec3 at = area.xyz + vec3(float(vx), float(vy), float(vz)) + 0.5;
  float grown = growth(middle.xyz, middle.w, AREA_PIXELS);
  return vec4(middle.xyz + (vec3(at.xy, -at.z) - middle.xyz) * grown, area.w * grown);
}

vec3 colour() {
  float potential = unpackHalf2x16(vp).x;
  float share = (uScale.z > 0.5 ? log(max(potential, 1e-8)) - uScale.x : potential - uScale.x) * uScale.y;
  return textureLod(uColours, vec2(clamp(share, 0.0, 1.0) * 0.996 + 0.002, 0.5), 0.0).rgb;
}

// What lies farther back in its area is a little paler: so many voxels of one potential have depth.
vec3 paler(vec3 colour, vec3 voxel) {
  ivec2 texel = ivec2(int(vs & 127u) * 2 + 1, int(vs >> 7u));
  vec4 middle = texelFetch(uSlots, texel, 0);
  float nearer = ((viewMatrix * vec4(voxel, 1.0)).z - (viewMatrix * vec4(middle.xyz, 1.0)).z) / middle.w;
  return mix(colour, uGround, clamp(0.5 - nearer, 0.0, 1.0) * ${PALER.toFixed(2)});
}

// A little less than a voxel, so that neighbours stay apart.
const float SIDE = 0.86;
const vec4 NOWHERE = vec4(2.0, 2.0, 2.0, 1.0);
`;

const CUBE_VERTEX = /* glsl */ `${HEAD}${CAMERA}${PLACE}
uniform vec3 cameraPosition;
uniform float uLeast;
out vec2 vSide;

void main() {
  vec4 voxel = place();
  if (voxel.w <= 0.0) { gl_Position = NOWHERE; return; }
  // Four corners a side, three sides: of each pair of sides the one that looks at the camera.
  int side = gl_VertexID / 4;
  vec2 corner = vec2(float(gl_VertexID & 1), float((gl_VertexID >> 1) & 1)) - 0.5;
  vec3 facing = vec3(greaterThanEqual(cameraPosition, voxel.xyz)) - 0.5;
  vec3 offset = side == 0 ? vec3(facing.x, corner) : side == 1 ? vec3(corner.x, facing.y, corner.y) : vec3(corner, facing.z);
  // Light falls from above, and a little from the front.
  vColour = paler(colour(), voxel.xyz);
  if (side == 1 && facing.y > 0.0) vColour = mix(vColour, vec3(1.0), 0.16);
  else vColour *= side == 1 ? 0.62 : side == 0 ? 0.78 : 0.92;
  float size = SIDE * max(voxel.w, growth(voxel.xyz, SIDE, uLeast));
  vSide = corner;
  gl_Position = projectionMatrix * viewMatrix * vec4(voxel.xyz + offset * size, 1.0);
}
`;

const POINT_VERTEX = /* glsl */ `${HEAD}${CAMERA}${PLACE}
uniform float uLeast;
uniform float uRatio;
flat out float vPixels;

void main() {
  vec4 voxel = place();
  if (voxel.w <= 0.0) { gl_Position = NOWHERE; gl_PointSize = 0.0; return; }
  vColour = paler(colour(), voxel.xyz);
  vec4 seen = viewMatrix * vec4(voxel.xyz, 1.0);
  gl_Position = projectionMatrix * seen;
  gl_PointSize = clamp(SIDE * voxel.w * uPixels / max(-seen.z, 0.01), uLeast, 96.0) * uRatio;
  vPixels = gl_PointSize;
}
`;

/** The end of both fragment shaders: `edge` is the distance to the nearest edge of the side, `side` its width, in pixels. */
const SHOW = /* glsl */ `
in vec3 vColour;
uniform float uGlow;
uniform float uAdditive;
out vec4 colour;

// Edges tell neighbours of one colour apart, as soon as they are large enough to have any.
void show(float edge, float side) {
  float line = (1.0 - smoothstep(0.6, 1.8, edge)) * smoothstep(4.0, 12.0, side);
  colour = vec4(vColour * (1.0 - 0.34 * line) * uGlow, uGlow * (1.0 - uAdditive));
}
`;

const CUBE_FRAGMENT = /* glsl */ `${HEAD}${SHOW}
in vec2 vSide;

void main() {
  vec2 pixel = max(fwidth(vSide), vec2(1e-5));
  vec2 away = (0.5 - abs(vSide)) / pixel;
  show(min(away.x, away.y), 1.0 / max(pixel.x, pixel.y));
}
`;

const POINT_FRAGMENT = /* glsl */ `${HEAD}${SHOW}
flat in float vPixels;

void main() {
  vec2 away = (0.5 - abs(gl_PointCoord - 0.5)) * vPixels;
  show(min(away.x, away.y), vPixels);
}
`;

/** What is newest hides what lies behind it; what fades does not. */
type Materials = Record<DrawMode, { readonly solid: THREE.RawShaderMaterial; readonly fading: THREE.RawShaderMaterial }>;

/** One layer's objects; those of a mode come into being when it is first drawn that way. */
class LayerView {
  private cubes: THREE.Mesh | null = null;
  private points: THREE.Points | null = null;
  private arrays: Uint16Array | null = null;
  private readonly uploaded: Record<DrawMode, number> = { cubes: -1, points: -1 };

  constructor(
    private readonly layer: Layer,
    private readonly group: THREE.Group,
    private readonly materials: Materials,
  ) {}

  /** Brings the GPU's copy up to date and shows it. */
  show(mode: DrawMode, glow: number): void {
    this.hide();
    if (this.layer.count === 0) return;
    if (this.arrays !== this.layer.x) this.dispose();
    const object = mode === 'cubes' ? (this.cubes ??= this.makeCubes()) : (this.points ??= this.makePoints());
    const { geometry } = object;
    if (this.uploaded[mode] !== this.layer.version) {
      for (const name of Object.keys(COMPONENTS)) {
        const attribute = geometry.getAttribute(name) as THREE.BufferAttribute;
        attribute.clearUpdateRanges();
        attribute.addUpdateRange(0, this.layer.count);
        attribute.needsUpdate = true;
      }
      this.uploaded[mode] = this.layer.version;
    }
    if (geometry instanceof THREE.InstancedBufferGeometry) geometry.instanceCount = this.layer.count;
    else geometry.setDrawRange(0, this.layer.count);
    object.userData.glow = glow;
    object.material = this.materials[mode][glow >= 1 ? 'solid' : 'fading'];
    object.renderOrder = glow >= 1 ? 1 : 2;
    object.visible = true;
  }

  hide(): void {
    if (this.cubes) this.cubes.visible = false;
    if (this.points) this.points.visible = false;
  }

  dispose(): void {
    for (const object of [this.cubes, this.points]) {
      if (!object) continue;
      this.group.remove(object);
      object.geometry.dispose();
    }
    this.cubes = this.points = null;
    this.arrays = this.layer.x;
    this.uploaded.cubes = this.uploaded.points = -1;
  }

  private makeCubes(): THREE.Mesh {
    const geometry = new THREE.InstancedBufferGeometry();
    geometry.setIndex([0, 1, 2, 2, 1, 3, 4, 5, 6, 6, 5, 7, 8, 9, 10, 10, 9, 11]);
    this.fill(geometry, (array) => new THREE.InstancedBufferAttribute(array, 1));
    return this.add(new THREE.Mesh(geometry, this.materials.cubes.solid));
  }

  private makePoints(): THREE.Points {
    const geometry = new THREE.BufferGeometry();
    this.fill(geometry, (array) => new THREE.BufferAttribute(array, 1));
    return this.add(new THREE.Points(geometry, this.materials.points.solid));
  }

  private fill(geometry: THREE.BufferGeometry, make: (array: Uint16Array) => THREE.BufferAttribute): void {
    for (const [name, component] of Object.entries(COMPONENTS)) {
      const attribute = make(this.layer[component]);
      attribute.gpuType = THREE.IntType;
      attribute.setUsage(THREE.DynamicDrawUsage);
      geometry.setAttribute(name, attribute);
    }
  }

  private add<T extends THREE.Mesh | THREE.Points>(object: T): T {
    object.frustumCulled = false;
    object.onBeforeRender = (_renderer, _scene, _camera, _geometry, material) => {
      const { uniforms } = material as THREE.RawShaderMaterial;
      uniforms.uGlow!.value = object.userData.glow as number;
      (material as THREE.RawShaderMaterial).uniformsNeedUpdate = true;
    };
    this.group.add(object);
    return object;
  }
}

export class Voxels {
  readonly object = new THREE.Group();
  mode: DrawMode = 'cubes';
  /** Voxels in the last picture. */
  drawn = 0;
  private readonly views: LayerView[];
  private readonly materials: Materials;
  private readonly scale: THREE.IUniform<THREE.Vector3> = { value: new THREE.Vector3(0, 1, 0) };
  private readonly ground: THREE.IUniform<THREE.Vector3> = { value: new THREE.Vector3() };
  private additive = 0;
  private slotData = new Float32Array(SLOTS_PER_ROW * FLOATS_PER_SLOT);
  private slotTexture = slotTexture(this.slotData);
  private slotGeneration = -1;
  private readonly colours: THREE.DataTexture;

  constructor(
    private readonly layers: Layers,
    private readonly slots: SlotTable,
    private readonly cubeLimit: number,
    private readonly shared: Record<string, THREE.IUniform>,
  ) {
    this.colours = new THREE.DataTexture(new Uint8Array(COLORMAP_SIZE * 4), COLORMAP_SIZE, 1);
    this.colours.magFilter = this.colours.minFilter = THREE.LinearFilter;
    const pair = (vertex: string, fragment: string) => ({ solid: this.material(vertex, fragment, true), fading: this.material(vertex, fragment, false) });
    this.materials = { cubes: pair(CUBE_VERTEX, CUBE_FRAGMENT), points: pair(POINT_VERTEX, POINT_FRAGMENT) };
    this.views = layers.all.map((layer) => new LayerView(layer, this.object, this.materials));
  }

  setTheme(theme: Theme): void {
    (this.colours.image.data as Uint8Array).set(colormapBytes(theme));
    this.colours.needsUpdate = true;
    const { additive, background } = PALETTES[theme];
    this.additive = additive;
    this.ground.value.set(background >> 16, (background >> 8) & 255, background & 255).divideScalar(255);
  }

  /** Tells the shader where areas stand and which of them are shown. Cheap when nothing has changed. */
  placeAreas(areas: readonly AreaModel[], changed: boolean): void {
    if (!changed && this.slotGeneration === this.slots.generation) return;
    this.slotGeneration = this.slots.generation;
    const { slots } = this.slots;
    const rows = Math.ceil(slots.length / SLOTS_PER_ROW);
    if (rows * SLOTS_PER_ROW * FLOATS_PER_SLOT > this.slotData.length) {
      this.slotTexture.dispose();
      this.slotData = new Float32Array(rows * 2 * SLOTS_PER_ROW * FLOATS_PER_SLOT);
      this.slotTexture = slotTexture(this.slotData);
      for (const material of this.everyMaterial()) material.uniforms.uSlots!.value = this.slotTexture;
    }
    slots.forEach((slot, i) => {
      const area = slot && areas[slot.area];
      const shown = area?.visible ? 1 : 0;
      const place = [0, 1, 2].map((axis) => (area ? area.position[axis]! + slot!.block[axis]! * 65536 : 0));
      const box = area ? areaBox(area) : null;
      this.slotData.set([...place, shown, ...(box ? [...boxCentre(box), longestSide(box)] : [0, 0, 0, 1])], i * FLOATS_PER_SLOT);
    });
    this.slotTexture.needsUpdate = true;
  }

  /** Makes ready what is to be drawn now; `glow` gives the strength of a layer. */
  update(glow: (layer: Layer) => number): void {
    const { count } = this.layers;
    this.drawn = count;
    // Between the two limits the mode stays, so that it does not flicker.
    if (count > this.cubeLimit) this.mode = 'points';
    else if (count < this.cubeLimit * 0.7) this.mode = 'cubes';
    const { low, high } = this.layers.range;
    const logarithmic = isLogarithmic(low, high);
    const [from, to] = logarithmic ? [Math.log(low), Math.log(high)] : [low, high];
    const flat = isFlat(low, high);
    this.scale.value.set(flat ? from - ONLY_SHARE : from, flat ? 1 : 1 / (to - from), logarithmic ? 1 : 0);
    // Light upon light of many voxels would end in white.
    const additive = this.additive * Math.max(0, 1 - count / MOST_ADDED);
    for (const { fading } of Object.values(this.materials)) fading.uniforms.uAdditive!.value = additive;
    this.layers.all.forEach((layer, i) => this.views[i]!.show(this.mode, glow(layer)));
  }

  dispose(): void {
    for (const view of this.views) view.dispose();
    for (const material of this.everyMaterial()) material.dispose();
    this.slotTexture.dispose();
    this.colours.dispose();
  }

  private everyMaterial(): THREE.RawShaderMaterial[] {
    return Object.values(this.materials).flatMap(({ solid, fading }) => [solid, fading]);
  }

  private material(vertexShader: string, fragmentShader: string, depthWrite: boolean): THREE.RawShaderMaterial {
    return new THREE.RawShaderMaterial({
      glslVersion: THREE.GLSL3,
      vertexShader,
      fragmentShader,
      uniforms: {
        ...this.shared,
        uSlots: { value: this.slotTexture },
        uColours: { value: this.colours },
        uScale: this.scale,
        uGround: this.ground,
        uLeast: { value: LEAST_VOXEL_PIXELS },
        uGlow: { value: 1 },
        uAdditive: { value: 0 },
      },
      side: THREE.DoubleSide,
      transparent: true,
      premultipliedAlpha: true,
      blending: THREE.CustomBlending,
      blendSrc: THREE.OneFactor,
      blendDst: THREE.OneMinusSrcAlphaFactor,
      depthWrite,
    });
  }
}

function slotTexture(data: Float32Array): THREE.DataTexture {
  const texture = new THREE.DataTexture(data, SLOTS_PER_ROW * 2, data.length / FLOATS_PER_SLOT / SLOTS_PER_ROW, THREE.RGBAFormat, THREE.FloatType);
  texture.needsUpdate = true;
  return texture;
}
