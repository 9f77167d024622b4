// Areas and regions as boxes: translucent sides with edges of even width, all boxes in one call. The
// edges are drawn in the fragments of the sides, so that they are smooth and never break up.

import * as THREE from 'three';
import type { Rgb } from './colormap';
import { boxCentre, boxSize, type Box } from './layout';
import { CAMERA, HEAD, LEAST_BOX_PIXELS } from './shaders';

/** How one box is drawn. */
export interface BoxLook {
  readonly colour: Rgb;
  /** Opacity of the sides, 0 to 1. */
  readonly fill: number;
  /** Opacity of the edges, 0 to 1; 0 for both hides the box. */
  readonly edge: number;
  /** Width of the edges in CSS pixels. */
  readonly width: number;
}

const VERTEX = /* glsl */ `${HEAD}${CAMERA}
in vec3 position;
in vec3 normal;
in vec3 aCentre;
in vec3 aSize;
in vec3 aColour;
in vec3 aLook; // fill, edge, width
uniform float uLeast;
out vec3 vLocal;
flat out vec3 vSize;
flat out vec3 vNormal;
flat out vec3 vColour;
flat out vec3 vLook;

void main() {
  if (aLook.x + aLook.y <= 0.0) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  float longest = max(aSize.x, max(aSize.y, aSize.z));
  float grown = growth(aCentre, longest, uLeast);
  vLocal = (position + 0.5) * aSize;
  vSize = aSize;
  vNormal = abs(normal);
  vColour = aColour;
  vLook = aLook;
  // What takes few pixels has hardly a side to see: it is filled instead.
  float away = max(-(viewMatrix * vec4(aCentre, 1.0)).z, 0.01);
  vLook.x = mix(min(1.0, aLook.x * 7.0), aLook.x, smoothstep(uLeast, uLeast * 5.0, longest * grown * uPixels / away));
  gl_Position = projectionMatrix * viewMatrix * vec4(aCentre + position * aSize * grown, 1.0);
}
`;

const FRAGMENT = /* glsl */ `${HEAD}
in vec3 vLocal;
flat in vec3 vSize;
flat in vec3 vNormal;
flat in vec3 vColour;
flat in vec3 vLook;
uniform float uRatio;
uniform float uCorners; // 1: edges are strong near corners only
uniform float uGrid;
uniform bool uSides; // the sides, else the edges
out vec4 colour;

void main() {
  if (uSides) {
    if (vLook.x <= 0.0) discard;
    colour = vec4(vColour * vLook.x, vLook.x);
    return;
  }
  vec3 pixel = max(fwidth(vLocal), vec3(1e-6));
  vec3 near = min(vLocal, vSize - vLocal);
  // Distance in pixels to the edges of this side; the axis across the side has none.
  vec3 away = near / pixel + vNormal * 1e6;
  float width = vLook.z * uRatio;
  vec3 line = 1.0 - smoothstep(vec3(width - 0.5), vec3(width + 0.5), away);
  if (uCorners > 0.5) {
    vec3 corner = 1.0 - smoothstep(vec3(0.1), vec3(0.16), near / vSize);
    corner = mix(corner, vec3(1.0), vNormal);
    line *= mix(vec3(0.22), vec3(1.0), vec3(corner.y * corner.z, corner.x * corner.z, corner.x * corner.y));
  }
  float edge = max(line.x, max(line.y, line.z));

  // The voxels of a side show when they are large enough to be told apart.
  vec3 toGrid = abs(fract(vLocal + 0.5) - 0.5) / pixel + vNormal * 1e6;
  vec3 shown = smoothstep(vec3(7.0), vec3(18.0), 1.0 / pixel) * (1.0 - vNormal);
  vec3 grid = (1.0 - smoothstep(vec3(0.2), vec3(1.0), toGrid)) * shown;
  float alpha = max(max(grid.x, max(grid.y, grid.z)) * uGrid, edge) * vLook.y;
  if (alpha < 0.003) discard;
  colour = vec4(vColour * alpha, alpha);
}
`;

type BoxMesh = THREE.Mesh<THREE.InstancedBufferGeometry, THREE.RawShaderMaterial>;

/** Boxes that share a kind: those of areas, or those of regions. */
export class Boxes {
  readonly object = new THREE.Group();
  // Sides are drawn before what fires and edges after it: so no side tints a voxel, and edges in front stay in front.
  private readonly sides: BoxMesh;
  private readonly edges: BoxMesh;
  private geometry = new THREE.InstancedBufferGeometry();
  private capacity = 0;
  private colours = new Float32Array(0);
  private looks = new Float32Array(0);

  constructor(kind: 'areas' | 'regions', shared: Record<string, THREE.IUniform>) {
    const mesh = (sides: boolean) => {
      const made = new THREE.Mesh(this.geometry, material(kind, sides, shared));
      made.frustumCulled = false;
      this.object.add(made);
      return made;
    };
    this.sides = mesh(true);
    this.sides.renderOrder = 0;
    this.edges = mesh(false);
    this.edges.renderOrder = kind === 'regions' ? 3 : 4;
  }

  /** Says where the boxes stand. They are drawn once `setLooks` has said how. */
  setBoxes(boxes: readonly Box[]): void {
    if (boxes.length > this.capacity) this.grow(boxes.length);
    const { geometry } = this;
    const centres = geometry.getAttribute('aCentre') as THREE.BufferAttribute | undefined;
    const sizes = geometry.getAttribute('aSize') as THREE.BufferAttribute | undefined;
    boxes.forEach((box, i) => {
      centres!.setXYZ(i, ...boxCentre(box));
      sizes!.setXYZ(i, ...boxSize(box));
    });
    if (centres && sizes) centres.needsUpdate = sizes.needsUpdate = true;
    geometry.instanceCount = boxes.length;
    this.object.visible = boxes.length > 0;
  }

  setLooks(looks: readonly BoxLook[]): void {
    if (looks.length === 0) return;
    looks.forEach((look, i) => {
      this.colours.set(look.colour, i * 3);
      this.looks[i * 3] = look.fill;
      this.looks[i * 3 + 1] = look.edge;
      this.looks[i * 3 + 2] = look.width;
    });
    const { geometry } = this;
    (geometry.getAttribute('aColour') as THREE.BufferAttribute).needsUpdate = true;
    (geometry.getAttribute('aLook') as THREE.BufferAttribute).needsUpdate = true;
  }

  dispose(): void {
    this.geometry.dispose();
    this.sides.material.dispose();
    this.edges.material.dispose();
  }

  private grow(count: number): void {
    this.capacity = Math.max(64, 2 ** Math.ceil(Math.log2(count)));
    this.geometry.dispose();
    const cube = new THREE.BoxGeometry(1, 1, 1);
    const geometry = new THREE.InstancedBufferGeometry();
    geometry.setIndex(cube.getIndex());
    geometry.setAttribute('position', cube.getAttribute('position'));
    geometry.setAttribute('normal', cube.getAttribute('normal'));
    this.colours = new Float32Array(this.capacity * 3);
    this.looks = new Float32Array(this.capacity * 3);
    geometry.setAttribute('aCentre', new THREE.InstancedBufferAttribute(new Float32Array(this.capacity * 3), 3));
    geometry.setAttribute('aSize', new THREE.InstancedBufferAttribute(new Float32Array(this.capacity * 3), 3));
    geometry.setAttribute('aColour', new THREE.InstancedBufferAttribute(this.colours, 3));
    geometry.setAttribute('aLook', new THREE.InstancedBufferAttribute(this.looks, 3));
    this.geometry = this.sides.geometry = this.edges.geometry = geometry;
  }
}

function material(kind: 'areas' | 'regions', sides: boolean, shared: Record<string, THREE.IUniform>): THREE.RawShaderMaterial {
  return new THREE.RawShaderMaterial({
    glslVersion: THREE.GLSL3,
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    uniforms: {
      ...shared,
      uLeast: { value: kind === 'areas' ? LEAST_BOX_PIXELS : 0 },
      uCorners: { value: kind === 'regions' ? 1 : 0 },
      uGrid: { value: kind === 'areas' ? 0.22 : 0 },
      uSides: { value: sides },
    },
    side: THREE.DoubleSide,
    forceSinglePass: true,
    transparent: true,
    premultipliedAlpha: true,
    blending: THREE.CustomBlending,
    blendSrc: THREE.OneFactor,
    blendDst: THREE.OneMinusSrcAlphaFactor,
    depthWrite: false,
  });
}
