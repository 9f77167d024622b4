// The camera: orbit by pointer and keys, flights to what is chosen, and the frame that shows everything.

import * as THREE from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { boxCentre, boxSize, type Box } from './layout';

const FIELD_OF_VIEW = 42;
const FLIGHT_MS = 700;
/** From where everything is looked at first: from the front, somewhat above and to the right. */
const FIRST_DIRECTION = new THREE.Vector3(0.42, 0.4, 1).normalize();
const MARGIN = 1.12;
const KEY_TURN = Math.PI / 36;
const KEY_MOVE = 0.06;
const KEY_ZOOM = 1.15;

/** How much of the canvas is covered at each side, in CSS pixels. */
export interface Insets {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface Flight {
  readonly start: number;
  readonly from: THREE.Vector3;
  readonly to: THREE.Vector3;
  readonly fromDistance: number;
  readonly toDistance: number;
  readonly direction: THREE.Vector3;
}

export class Navigation {
  readonly camera = new THREE.PerspectiveCamera(FIELD_OF_VIEW, 1, 0.1, 1000);
  private readonly controls: OrbitControls;
  /** Whether somebody has moved the camera, or something other than everything was flown to. */
  touched = false;
  private flight: Flight | null = null;
  private everything: Box | null = null;
  private size = { width: 1, height: 1 };
  private insets: Insets = { left: 0, right: 0, top: 0, bottom: 0 };
  private readonly offset = new THREE.Vector3();
  private readonly spherical = new THREE.Spherical();

  /** `changed` is called whenever the camera has moved or will. */
  constructor(canvas: HTMLCanvasElement, private readonly changed: () => void, private readonly calm: () => boolean) {
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.enableDamping = !calm();
    this.controls.dampingFactor = 0.14;
    this.controls.zoomToCursor = true;
    this.controls.minDistance = 1.5;
    this.controls.addEventListener('change', changed);
    this.controls.addEventListener('start', () => {
      this.flight = null;
      this.touched = true;
    });
  }

  /** What there is to be seen: bounds how far the camera goes and where it sees. */
  setEverything(box: Box | null): void {
    this.everything = box;
    const radius = box ? this.offset.set(...boxSize(box)).length() / 2 : 10;
    this.controls.maxDistance = Math.max(60, radius * 8);
  }

  resize(width: number, height: number): void {
    this.size = { width, height };
    this.camera.aspect = width / height;
    this.setInsets(this.insets);
  }

  /** Moves the middle of the picture to the middle of what is not covered. */
  setInsets(insets: Insets): void {
    this.insets = insets;
    const { width, height } = this.size;
    this.camera.setViewOffset(width, height, (insets.right - insets.left) / 2, (insets.bottom - insets.top) / 2, width, height);
  }

  /** Moves on; says whether it is still moving. */
  update(now: number): boolean {
    const flying = this.fly(now);
    // The controls' own inertia; they tell of a change by their event.
    const gliding = this.controls.update();
    this.setDepth();
    return flying || gliding;
  }

  /** Shows boxes as large as fits, with room around them; keeps the direction of view unless `first`. */
  show(boxes: readonly Box[], now: number, options: { first?: boolean; instantly?: boolean; context?: number } = {}): void {
    if (boxes.length === 0) return;
    this.touched = !options.first;
    const direction = options.first ? FIRST_DIRECTION.clone() : this.direction();
    const { centre, distance: fitting } = this.fit(boxes, direction);
    // One box is orbited about its own middle, also when more than it is in the picture.
    if (boxes.length === 1) centre.set(...boxCentre(boxes[0]!));
    const distance = Math.min(this.controls.maxDistance, Math.max(6, fitting * (options.context ?? 1)));
    if (options.instantly || this.calm()) {
      this.flight = null;
      this.controls.target.copy(centre);
      this.camera.position.copy(centre).addScaledVector(direction, distance);
      this.controls.update();
    } else {
      const from = this.controls.target.clone();
      this.flight = { start: now, from, to: centre, fromDistance: this.camera.position.distanceTo(from), toDistance: distance, direction };
    }
    this.changed();
  }

  /** Handles a key of the canvas; says whether it meant something. */
  key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const arrows: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const arrow = arrows[event.key];
    if (arrow) {
      this.flight = null;
      if (event.shiftKey) this.slide(...arrow);
      else this.turn(...arrow);
    } else if (event.key === '+' || event.key === '=' || event.key === 'PageUp') this.zoom(1 / KEY_ZOOM);
    else if (event.key === '-' || event.key === 'PageDown') this.zoom(KEY_ZOOM);
    else return false;
    this.touched = true;
    this.changed();
    return true;
  }

  /** Size of a pixel: how many a length of one takes at a distance of one. */
  pixels(height: number): number {
    return height / (2 * Math.tan((FIELD_OF_VIEW * Math.PI) / 360));
  }

  dispose(): void {
    this.controls.dispose();
  }

  private direction(): THREE.Vector3 {
    const direction = this.camera.position.clone().sub(this.controls.target);
    return direction.lengthSq() < 1e-9 ? FIRST_DIRECTION.clone() : direction.normalize();
  }

  /**
   * The nearest place, looking along `direction`, from which every corner of the boxes is in the picture:
   * what to look at, and from how far. Each side of the picture bounds the place by a plane, so that the
   * outermost corner for each side decides.
   */
  private fit(boxes: readonly Box[], direction: THREE.Vector3): { centre: THREE.Vector3; distance: number } {
    const right = new THREE.Vector3().crossVectors(this.camera.up, direction).normalize();
    const up = new THREE.Vector3().crossVectors(direction, right);
    const { width, height } = this.size;
    const { insets } = this;
    // Half of what is seen at a distance of one, by the part of the canvas that is free.
    const unit = Math.tan((FIELD_OF_VIEW * Math.PI) / 360) / MARGIN / height;
    const tall = unit * Math.max(height * 0.2, height - insets.top - insets.bottom);
    const wide = unit * Math.max(width * 0.2, width - insets.left - insets.right);
    const most = { right: -Infinity, left: -Infinity, top: -Infinity, bottom: -Infinity, near: -Infinity, far: Infinity };
    for (const box of boxes) {
      for (let corner = 0; corner < 8; corner++) {
        const at = this.offset.set(box[corner & 1 ? 'max' : 'min'][0], box[corner & 2 ? 'max' : 'min'][1], box[corner & 4 ? 'max' : 'min'][2]);
        const [x, y, z] = [at.dot(right), at.dot(up), at.dot(direction)];
        most.right = Math.max(most.right, x + wide * z);
        most.left = Math.max(most.left, -x + wide * z);
        most.top = Math.max(most.top, y + tall * z);
        most.bottom = Math.max(most.bottom, -y + tall * z);
        most.near = Math.max(most.near, z);
        most.far = Math.min(most.far, z);
      }
    }
    const place = Math.max((most.right + most.left) / (2 * wide), (most.top + most.bottom) / (2 * tall));
    // What is orbited lies in the middle of the depth.
    const depth = (most.near + most.far) / 2;
    const centre = new THREE.Vector3()
      .addScaledVector(right, (most.right - most.left) / 2)
      .addScaledVector(up, (most.top - most.bottom) / 2)
      .addScaledVector(direction, depth);
    return { centre, distance: place - depth };
  }

  private fly(now: number): boolean {
    const { flight } = this;
    if (!flight) return false;
    const share = Math.min(1, Math.max(0, (now - flight.start) / FLIGHT_MS));
    const eased = share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;
    // Distances change by equal factors in equal times: so a flight from afar does not end in a jump.
    const distance = flight.fromDistance * (flight.toDistance / flight.fromDistance) ** eased;
    this.controls.target.lerpVectors(flight.from, flight.to, eased);
    this.camera.position.copy(this.controls.target).addScaledVector(flight.direction, distance);
    if (share >= 1) this.flight = null;
    return true;
  }

  private turn(across: number, up: number): void {
    this.spherical.setFromVector3(this.offset.copy(this.camera.position).sub(this.controls.target));
    this.spherical.theta += across * KEY_TURN;
    this.spherical.phi -= up * KEY_TURN;
    this.spherical.makeSafe();
    this.camera.position.copy(this.controls.target).add(this.offset.setFromSpherical(this.spherical));
  }

  private slide(across: number, up: number): void {
    const step = this.camera.position.distanceTo(this.controls.target) * KEY_MOVE;
    for (const [column, amount] of [[0, across], [1, up]] as const) {
      this.offset.setFromMatrixColumn(this.camera.matrix, column).multiplyScalar(amount * step);
      this.controls.target.add(this.offset);
      this.camera.position.add(this.offset);
    }
  }

  private zoom(factor: number): void {
    this.flight = null;
    this.offset.copy(this.camera.position).sub(this.controls.target);
    const distance = Math.min(this.controls.maxDistance, Math.max(this.controls.minDistance, this.offset.length() * factor));
    this.camera.position.copy(this.controls.target).addScaledVector(this.offset.normalize(), distance);
  }

  /** Near and far plane close around what there is, so that depth is told apart as finely as can be. */
  private setDepth(): void {
    const { camera, everything } = this;
    const radius = everything ? this.offset.set(...boxSize(everything)).length() / 2 : 10;
    const away = everything ? camera.position.distanceTo(this.offset.set(...boxCentre(everything))) : 10;
    const near = Math.max(0.05, away - radius * 1.3, (away + radius) * 1e-5);
    const far = away + radius * 2.5 + 10;
    if (Math.abs(near - camera.near) < near * 0.01 && Math.abs(far - camera.far) < far * 0.01) return;
    camera.near = near;
    camera.far = far;
    camera.updateProjectionMatrix();
  }
}
