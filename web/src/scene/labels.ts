// Names in the scene. All texts are drawn once into one texture and stand as upright rectangles of
// fixed size over what they name, in one call. Where they would overlap, the less important and the
// farther one stands beside what it names instead, and is left out where there is no room either.

import * as THREE from 'three';
import type { Vec3 } from './model';
import { CAMERA, HEAD } from './shaders';

export interface Label {
  readonly text: string;
  /** Point of the scene that the label stands over. */
  readonly at: Vec3;
  /** CSS colour. */
  readonly colour: string;
  readonly bold: boolean;
  /** Higher wins where labels overlap. */
  readonly rank: number;
  /** Distance in CSS pixels from the point to the label's centre, upwards. */
  readonly lift: number;
  /** Distance in CSS pixels to the label's near end where it stands beside the point; without it, it never does. */
  readonly beside?: number;
}

interface Placed {
  readonly label: Label;
  readonly width: number;
  readonly height: number;
  shown: boolean;
  /** Which of the places it stands at: over the point, to its right, to its left. */
  side: 0 | 1 | -1;
  /** Rank and distance of the moment; kept here so that no object is made a picture. */
  order: number;
  x: number;
  y: number;
}

const FONT_PX = 12;
const PADDING = 4;
const LONGEST_SIDE = 4096;
const MARGIN = 2;

const VERTEX = /* glsl */ `${HEAD}${CAMERA}
in vec2 corner;
in vec3 aAt;
in vec4 aRect; // in the texture, 0 to 1
in vec4 aForm; // width, height in CSS pixels, distance from the point to the right and upwards; width 0 hides
uniform vec2 uSize;
out vec2 vPlace;

void main() {
  vec4 at = projectionMatrix * viewMatrix * vec4(aAt, 1.0);
  if (aForm.x <= 0.0 || at.w <= 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  // To whole pixels, or the letters would blur.
  vec2 centre = (at.xy / at.w * 0.5 + 0.5) * uSize + aForm.zw;
  // What is named is in the picture, so its name is too.
  vec2 place = floor(clamp(centre - aForm.xy * 0.5, vec2(0.0), max(uSize - aForm.xy, 0.0))) + corner * aForm.xy;
  vPlace = vec2(mix(aRect.x, aRect.z, corner.x), mix(aRect.w, aRect.y, corner.y));
  gl_Position = vec4(place / uSize * 2.0 - 1.0, 0.0, 1.0);
}
`;

const FRAGMENT = /* glsl */ `${HEAD}
in vec2 vPlace;
uniform sampler2D uTexts;
out vec4 colour;

void main() {
  colour = texture(uTexts, vPlace);
}
`;

export class Labels {
  readonly object: THREE.Mesh<THREE.InstancedBufferGeometry, THREE.RawShaderMaterial>;
  private placed: Placed[] = [];
  private ordered: Placed[] = [];
  private texture: THREE.CanvasTexture | null = null;
  private forms = new Float32Array(0);
  private readonly point = new THREE.Vector4();

  constructor(shared: Record<string, THREE.IUniform>, renderOrder: number) {
    const material = new THREE.RawShaderMaterial({
      glslVersion: THREE.GLSL3,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      uniforms: { ...shared, uTexts: { value: null } },
      transparent: true,
      premultipliedAlpha: true,
      blending: THREE.CustomBlending,
      blendSrc: THREE.OneFactor,
      blendDst: THREE.OneMinusSrcAlphaFactor,
      depthTest: false,
      depthWrite: false,
    });
    this.object = new THREE.Mesh(new THREE.InstancedBufferGeometry(), material);
    this.object.frustumCulled = false;
    this.object.renderOrder = renderOrder;
    this.object.visible = false;
  }

  /** Draws the texts anew; `ratio` is the number of device pixels in a CSS pixel. */
  set(labels: readonly Label[], halo: string, ratio: number): void {
    this.texture?.dispose();
    this.texture = null;
    this.object.geometry.dispose();
    this.placed = [];
    this.ordered = [];
    this.object.visible = labels.length > 0;
    if (labels.length === 0) return;
    const canvas = document.createElement('canvas');
    const rects = this.drawTexts(canvas, labels, halo, ratio);
    this.texture = new THREE.CanvasTexture(canvas);
    this.texture.premultiplyAlpha = true;
    this.texture.flipY = false;
    this.texture.generateMipmaps = false;
    this.texture.minFilter = this.texture.magFilter = THREE.LinearFilter;
    this.object.material.uniforms.uTexts!.value = this.texture;
    this.object.geometry = this.makeGeometry(rects);
  }

  /**
   * Chooses which labels are shown, seen through `camera`. `taken` holds rectangles that are not free
   * (x, y, half width, half height in CSS pixels, four numbers each) and gets those of the labels shown.
   */
  update(camera: THREE.PerspectiveCamera, width: number, height: number, taken: number[]): void {
    if (this.placed.length === 0) return;
    const matrix = viewProjection.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    for (const placed of this.placed) {
      const at = this.point.set(...placed.label.at, 1).applyMatrix4(matrix);
      placed.x = (at.x / at.w * 0.5 + 0.5) * width;
      placed.y = (at.y / at.w * 0.5 + 0.5) * height;
      const outside = at.w <= 0 || Math.abs(at.x) > at.w || Math.abs(at.y) > at.w;
      // Near ones first; who was shown keeps a lead, so that labels do not flicker while the camera turns.
      placed.order = outside ? -Infinity : placed.label.rank * 1e6 - at.w * (placed.shown ? 0.7 : 1);
    }
    this.ordered.sort(byOrder);
    for (const placed of this.ordered) placed.shown = placed.order > -Infinity && settle(placed, width, height, taken);
    this.placed.forEach((placed, i) => {
      this.forms[i * 4] = placed.shown ? placed.width : 0;
      this.forms[i * 4 + 2] = across(placed, placed.side);
      this.forms[i * 4 + 3] = placed.side === 0 ? placed.label.lift : 0;
    });
    (this.object.geometry.getAttribute('aForm') as THREE.BufferAttribute).needsUpdate = true;
  }

  dispose(): void {
    this.texture?.dispose();
    this.object.geometry.dispose();
    this.object.material.dispose();
  }

  /** Draws the texts into rows of `canvas` and returns where each lies, in device pixels. */
  private drawTexts(canvas: HTMLCanvasElement, labels: readonly Label[], halo: string, ratio: number): Float32Array {
    const pen = canvas.getContext('2d')!;
    const font = (bold: boolean) => `${bold ? 650 : 500} ${FONT_PX * ratio}px system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif`;
    const height = Math.ceil((FONT_PX + PADDING * 2) * ratio);
    const widths = labels.map((label) => {
      pen.font = font(label.bold);
      return Math.min(LONGEST_SIDE, Math.ceil(pen.measureText(label.text).width + PADDING * 2 * ratio));
    });
    const area = widths.reduce((sum, width) => sum + width, 0) * height;
    const side = Math.min(LONGEST_SIDE, Math.max(256, ...widths, Math.ceil(Math.sqrt(area) * 1.1)));
    const rects = new Float32Array(labels.length * 4);
    let x = 0;
    let y = 0;
    widths.forEach((width, i) => {
      if (x + width > side) {
        x = 0;
        y += height;
      }
      // What does not fit into the largest texture stays without a label.
      if (y + height <= LONGEST_SIDE) rects.set([x, y, x + width, y + height], i * 4);
      x += width;
    });
    canvas.width = side;
    canvas.height = Math.min(LONGEST_SIDE, y + height);
    pen.textBaseline = 'middle';
    pen.lineJoin = 'round';
    labels.forEach((label, i) => {
      const [left, top, right] = rects.subarray(i * 4, i * 4 + 3);
      const width = right! - left!;
      this.placed.push({ label, width: width / ratio, height: height / ratio, shown: false, side: 0, order: 0, x: 0, y: 0 });
      if (width === 0) return;
      pen.font = font(label.bold);
      pen.lineWidth = 3.5 * ratio;
      pen.strokeStyle = halo;
      pen.strokeText(label.text, left! + PADDING * ratio, top! + height / 2);
      pen.fillStyle = label.colour;
      pen.fillText(label.text, left! + PADDING * ratio, top! + height / 2);
    });
    this.ordered = [...this.placed];
    for (let i = 0; i < rects.length; i += 2) {
      rects[i]! /= canvas.width;
      rects[i + 1]! /= canvas.height;
    }
    return rects;
  }

  private makeGeometry(rects: Float32Array): THREE.InstancedBufferGeometry {
    const geometry = new THREE.InstancedBufferGeometry();
    geometry.setIndex([0, 1, 2, 2, 1, 3]);
    geometry.setAttribute('corner', new THREE.Float32BufferAttribute([0, 0, 1, 0, 0, 1, 1, 1], 2));
    this.forms = new Float32Array(this.placed.flatMap(({ width, height, label }) => [width, height, 0, label.lift]));
    geometry.setAttribute('aAt', new THREE.InstancedBufferAttribute(new Float32Array(this.placed.flatMap(({ label }) => [...label.at])), 3));
    geometry.setAttribute('aRect', new THREE.InstancedBufferAttribute(rects, 4));
    geometry.setAttribute('aForm', new THREE.InstancedBufferAttribute(this.forms, 4));
    geometry.instanceCount = this.placed.length;
    return geometry;
  }
}

/** `value`, moved so that what reaches `half` to both sides of it lies between 0 and `size`. */
const clamp = (value: number, half: number, size: number): number => Math.max(half, Math.min(size - half, value));

const viewProjection = new THREE.Matrix4();

const byOrder = (a: Placed, b: Placed): number => (a.order === b.order ? 0 : b.order - a.order);

/** How far right of the point the centre of a label is that stands at a side. */
const across = ({ label, width }: Placed, side: 0 | 1 | -1): number => side * ((label.beside ?? 0) + width / 2 - PADDING);

const OVER = [0] as const;
const AROUND = { '0': [0, 1, -1], '1': [1, 0, -1], '-1': [-1, 0, 1] } as const;

/** Finds a place for a label that is free and takes it. Where it stood last comes first, so that it does not jump. */
function settle(placed: Placed, width: number, height: number, taken: number[]): boolean {
  const halfWidth = placed.width / 2;
  const halfHeight = placed.height / 2;
  const places = placed.label.beside === undefined ? OVER : placed.shown ? AROUND[placed.side] : AROUND[0];
  for (const side of places) {
    const x = clamp(placed.x + across(placed, side), halfWidth, width);
    const y = clamp(placed.y + (side === 0 ? placed.label.lift : 0), halfHeight, height);
    if (!isFree(x, y, halfWidth, halfHeight, taken)) continue;
    placed.side = side;
    taken.push(x, y, halfWidth + MARGIN, halfHeight);
    return true;
  }
  return false;
}

/** Whether a label at a place lies on none of those that stand; above each other the room around the letters may be shared. */
function isFree(x: number, y: number, halfWidth: number, halfHeight: number, taken: readonly number[]): boolean {
  for (let i = 0; i < taken.length; i += 4) {
    if (Math.abs(x - taken[i]!) < halfWidth + taken[i + 2]! && Math.abs(y - taken[i + 1]!) < halfHeight + taken[i + 3]! - PADDING / 2) return false;
  }
  return true;
}
