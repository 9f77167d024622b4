// Mappings as arcs: ribbons that always face the viewer, of even width, with a head at the target; all
// of them in one call.

import * as THREE from 'three';
import type { Rgb } from './colormap';
import type { Curve } from './layout';
import { CAMERA, HEAD } from './shaders';

export interface Arc {
  readonly curve: Curve;
  readonly colour: Rgb;
  readonly opacity: number;
  /** In CSS pixels. */
  readonly width: number;
}

const SEGMENTS = 40;

const VERTEX = /* glsl */ `${HEAD}${CAMERA}
in float along;
in float side;
in vec3 aStart;
in vec3 aRise;
in vec3 aFall;
in vec3 aEnd;
in vec4 aColour;
in float aWidth;
uniform vec2 uSize; // of the canvas, CSS pixels
out float vAcross;
out float vLeft;
out float vAlong;
flat out float vWidth;
flat out vec4 vColour;

vec4 seen(float t) {
  float s = 1.0 - t;
  vec3 at = aStart * (s * s * s) + aRise * (3.0 * s * s * t) + aFall * (3.0 * s * t * t) + aEnd * (t * t * t);
  return projectionMatrix * viewMatrix * vec4(at, 1.0);
}

vec2 pixels(vec4 point) {
  return point.xy / max(point.w, 1e-3) * 0.5 * uSize;
}

void main() {
  vec4 here = seen(along);
  vec2 ahead = pixels(seen(min(along + 0.02, 1.0))) - pixels(seen(max(along - 0.02, 0.0)));
  vec2 across = vec2(-ahead.y, ahead.x) / max(length(ahead), 1e-4);
  float reach = aWidth * 1.5 + 5.0;
  vAcross = side * reach;
  vLeft = distance(pixels(here), pixels(seen(1.0)));
  // Near the start of a loop the end is near too, but no head belongs there.
  if (along < 0.5) vLeft += 1e4;
  vAlong = along;
  vWidth = aWidth;
  vColour = aColour;
  here.xy += across * side * reach / uSize * 2.0 * here.w;
  gl_Position = here;
}
`;

const FRAGMENT = /* glsl */ `${HEAD}
in float vAcross;
in float vLeft;
in float vAlong;
flat in float vWidth;
flat in vec4 vColour;
uniform float uRatio;
out vec4 colour;

void main() {
  float head = vWidth * 2.4 + 7.0;
  float reach = vLeft < head ? vLeft / head * (vWidth * 1.2 + 3.2) : vWidth * 0.5;
  float soft = 0.7 / uRatio;
  float cover = 1.0 - smoothstep(reach - soft, reach + soft, abs(vAcross));
  // Thin at the source, full at the target: the way is seen even where the head is hidden.
  float alpha = vColour.a * cover * mix(0.3, 1.0, smoothstep(0.0, 0.8, vAlong));
  if (alpha < 0.004) discard;
  colour = vec4(vColour.rgb * alpha, alpha);
}
`;

const POINTS = ['aStart', 'aRise', 'aFall', 'aEnd'] as const;

export class Arcs {
  readonly object: THREE.Mesh<THREE.InstancedBufferGeometry, THREE.RawShaderMaterial>;
  private capacity = 0;

  constructor(shared: Record<string, THREE.IUniform>) {
    const material = new THREE.RawShaderMaterial({
      glslVersion: THREE.GLSL3,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      uniforms: { ...shared },
      side: THREE.DoubleSide,
      forceSinglePass: true,
      transparent: true,
      premultipliedAlpha: true,
      blending: THREE.CustomBlending,
      blendSrc: THREE.OneFactor,
      blendDst: THREE.OneMinusSrcAlphaFactor,
      depthWrite: false,
    });
    this.object = new THREE.Mesh(new THREE.InstancedBufferGeometry(), material);
    this.object.frustumCulled = false;
    this.object.renderOrder = 5;
    this.object.visible = false;
  }

  set(arcs: readonly Arc[]): void {
    if (arcs.length > this.capacity) this.grow(arcs.length);
    const { geometry } = this.object;
    this.object.visible = arcs.length > 0;
    geometry.instanceCount = arcs.length;
    if (arcs.length === 0) return;
    const attribute = (name: string) => {
      const found = geometry.getAttribute(name) as THREE.BufferAttribute;
      found.needsUpdate = true;
      return found;
    };
    const points = POINTS.map(attribute);
    const colours = attribute('aColour');
    const widths = attribute('aWidth');
    arcs.forEach((arc, i) => {
      points.forEach((point, n) => point.setXYZ(i, ...arc.curve[n as 0 | 1 | 2 | 3]));
      colours.setXYZW(i, ...arc.colour, arc.opacity);
      widths.setX(i, arc.width);
    });
  }

  dispose(): void {
    this.object.geometry.dispose();
    this.object.material.dispose();
  }

  private grow(count: number): void {
    this.capacity = Math.max(64, 2 ** Math.ceil(Math.log2(count)));
    this.object.geometry.dispose();
    const geometry = new THREE.InstancedBufferGeometry();
    const steps = Array.from({ length: (SEGMENTS + 1) * 2 }, (_, i) => Math.floor(i / 2) / SEGMENTS);
    const index = Array.from({ length: SEGMENTS }, (_, i) => [0, 1, 2, 2, 1, 3].map((corner) => i * 2 + corner)).flat();
    geometry.setIndex(index);
    geometry.setAttribute('along', new THREE.Float32BufferAttribute(steps, 1));
    geometry.setAttribute('side', new THREE.Float32BufferAttribute(steps.map((_, i) => (i % 2 ? 1 : -1)), 1));
    const room = (items: number) => new THREE.InstancedBufferAttribute(new Float32Array(this.capacity * items), items);
    for (const name of POINTS) geometry.setAttribute(name, room(3));
    geometry.setAttribute('aColour', room(4));
    geometry.setAttribute('aWidth', room(1));
    this.object.geometry = geometry;
  }
}

/** 1234567 as "1.2M": short enough for a label, with two digits that mean something. */
export function shortCount(count: number): string {
  const units: [number, string][] = [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']];
  for (const [size, unit] of units) {
    if (count >= size * 0.9995) {
      const value = count / size;
      return `${value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
    }
  }
  return String(Math.round(count));
}

/** Width of an arc: grows with the size of the number, not with the number. */
export const arcWidth = (synapses: number): number => 1.2 + Math.min(6, Math.log10(Math.max(1, synapses))) * 0.75;
