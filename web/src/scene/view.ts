// The scene on its canvas: takes frames and wishes, draws when something has changed and not otherwise.

import * as THREE from 'three';
import { halfToNumber } from '../stream/half';
import { Layers, type Layer } from '../stream/instances';
import type { VoxelFrame } from '../stream/protocol';
import { Samples } from '../stream/samples';
import { SlotTable } from '../stream/slots';
import { isFlat, isLogarithmic } from './colormap';
import { Content } from './content';
import type { ColourScale, Scene, SceneOptions, ShownVoxel } from './index';
import { around, voxelCentre } from './layout';
import type { BrainModel, Pick, SceneStats, Show, Theme, Vec3 } from './model';
import { Navigation, type Insets } from './navigation';
import { pick, type Growth } from './picking';
import { listen } from './pointer';
import { PALETTES } from './theme';
import { Voxels } from './voxels';

const MOST_PIXELS_RATIO = 2;
/** While voxels only fade, this many milliseconds lie between pictures at least. */
const FADE_STEP_MS = 30;
const CUBE_LIMIT = 60_000;
/** Without a graphics processor cubes take too long much earlier. */
const SOFTWARE_CUBE_LIMIT = 3000;
/** How much of the surroundings a flight to an area shows: this many times the distance that fits it. */
const AREA_CONTEXT = 1.9;
const CONTEXT_LOST = 'The browser has taken the graphics context away. The picture comes back when it is given again.';

export class View implements Scene {
  private readonly scene = new THREE.Scene();
  private readonly shared = { uPixels: { value: 1 }, uSize: { value: new THREE.Vector2(1, 1) }, uRatio: { value: 1 } };
  private readonly slots = new SlotTable();
  private readonly layers = new Layers();
  private readonly content = new Content(this.shared);
  private readonly voxels: Voxels;
  private readonly navigation: Navigation;
  private readonly endings: (() => void)[] = [];
  private readonly picks = new Set<(pick: Pick | null) => void>();
  private readonly hovers = new Set<(pick: Pick | null) => void>();
  private readonly update = new Samples();
  private readonly renders = new Samples();
  private readonly tally = { renders: 0, frames: 0, drops: 0, decodeMs: 0, drawCalls: 0 };
  private pending: { frame: VoxelFrame; used: () => void } | null = null;
  private pointer: { x: number; y: number } | null = null;
  private pointerMoved = false;
  private under: Pick | null = null;
  private size = { width: 1, height: 1 };
  private modelChanged = false;
  private framed = false;
  private dirty = true;
  private theme: Theme = 'dark';
  private lost = false;
  private request = 0;
  private renderedAt = 0;

  constructor(private readonly canvas: HTMLCanvasElement, private readonly renderer: THREE.WebGLRenderer, private readonly options: SceneOptions) {
    const software = /swiftshader|llvmpipe|software/i.test(rendererName(renderer));
    this.voxels = new Voxels(this.layers, this.slots, options.cubeLimit ?? (software ? SOFTWARE_CUBE_LIMIT : CUBE_LIMIT), this.shared);
    this.scene.add(this.content.object, this.voxels.object);
    this.scene.matrixWorldAutoUpdate = false;
    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    this.navigation = new Navigation(canvas, () => this.invalidate(), () => calm.matches);
    this.listenToPage();
    this.endings.push(listen(canvas, {
      click: (x, y) => this.click(x, y),
      doubleClick: (x, y) => {
        const found = this.pickAt(x, y);
        if (found) this.flyTo(found.areaId);
      },
      hover: (at) => {
        this.pointer = at;
        this.pointerMoved = true;
        this.schedule();
      },
      key: (event) => this.key(event),
    }));
    this.setTheme('dark');
    this.resize();
  }

  setModel(model: BrainModel): void {
    const before = this.content.areas;
    this.content.setModel(model);
    this.slots.setAreas(model.areas.map((area) => area.id), this.layers.slotsInUse());
    this.modelChanged = true;
    const everything = this.content.everything();
    this.navigation.setEverything(around(everything));
    // Another brain is shown as a whole; an edited one keeps the point of view.
    const kept = before.some((area) => this.content.indexOf(area.id) !== undefined);
    if (everything.length > 0 && (!this.framed || !kept)) {
      this.navigation.show(everything, performance.now(), { first: true, instantly: true });
      this.framed = true;
    }
    if (!kept) this.layers.clear();
    this.invalidate();
  }

  frame(frame: VoxelFrame, used: () => void = () => {}): void {
    if (this.pending) {
      this.tally.drops++;
      this.pending.used();
    }
    this.pending = { frame, used };
    this.schedule();
  }

  burst(burst: number): void {
    this.layers.supersede(burst, performance.now());
    this.schedule();
  }

  clear(): void {
    this.pending?.used();
    this.pending = null;
    this.layers.clear();
    this.invalidate();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.renderer.setClearColor(PALETTES[theme].background, 1);
    this.content.setTheme(theme);
    this.voxels.setTheme(theme);
    this.invalidate();
  }

  setSelection(id: string | null): void {
    if (this.content.setFocus(id, this.content.hovered)) this.invalidate();
  }

  flyTo(target: string): void {
    const index = this.content.indexOf(target);
    const now = performance.now();
    if (target === 'all') {
      this.navigation.show(this.content.everything(), now, { first: true });
    } else if (index !== undefined) {
      this.navigation.show([this.content.boxes[index]!], now, { context: AREA_CONTEXT });
    }
  }

  setShow(show: Partial<Show>): void {
    this.content.setShow({ ...this.content.show, ...show });
    this.invalidate();
  }

  setInsets(insets: Insets): void {
    this.navigation.setInsets(insets);
    // Before anybody has moved the camera, what is shown stays fitted.
    if (!this.navigation.touched) this.navigation.show(this.content.everything(), performance.now(), { first: true, instantly: true });
    this.invalidate();
  }

  onPick(callback: (pick: Pick | null) => void): () => void {
    this.picks.add(callback);
    return () => this.picks.delete(callback);
  }

  onHover(callback: (pick: Pick | null) => void): () => void {
    this.hovers.add(callback);
    return () => this.hovers.delete(callback);
  }

  stats(): SceneStats {
    const { newest } = this.layers;
    return {
      instances: this.layers.count,
      voxels: newest?.count ?? 0,
      areas: this.content.areas.length,
      drawMode: this.voxels.mode,
      drawCalls: this.tally.drawCalls,
      renders: this.tally.renders,
      frames: this.tally.frames,
      drops: this.tally.drops,
      voxelsSkipped: newest?.unknown ?? 0,
      range: this.layers.range,
      lastDecodeMs: this.tally.decodeMs,
      lastUpdateMs: this.update.last,
      updateMs: this.update.percentiles(),
      renderMs: this.renders.percentiles(),
      bufferBytes: this.layers.bytes,
    };
  }

  get drops(): number {
    return this.tally.drops;
  }

  scale(): ColourScale | null {
    if (!this.layers.newest) return null;
    const { low, high } = this.layers.range;
    return { low, high, flat: isFlat(low, high), logarithmic: isLogarithmic(low, high) };
  }

  shown(): { burst: number; voxels: ShownVoxel[] } {
    const layer = this.layers.newest;
    const voxels: ShownVoxel[] = [];
    if (!layer) return { burst: -1, voxels };
    for (let i = 0; i < layer.count; i++) {
      const slot = this.slots.slots[layer.slot[i]!];
      const area = slot && this.content.areas[slot.area];
      if (!area?.visible) continue;
      const place = [layer.x[i]!, layer.y[i]!, layer.z[i]!].map((value, axis) => value + slot!.block[axis]! * 65536);
      voxels.push({ areaId: area.id, voxel: place as unknown as Vec3, potential: halfToNumber(layer.p[i]!) });
    }
    return { burst: layer.burst, voxels };
  }

  placeOf(areaId: string, voxel?: Vec3): { x: number; y: number } | null {
    const area = this.content.areas[this.content.indexOf(areaId) ?? -1];
    if (!area) return null;
    const middle = area.dimensions.map((side) => (side - 1) / 2) as unknown as Vec3;
    this.navigation.camera.updateMatrixWorld();
    const at = new THREE.Vector3(...voxelCentre(area, voxel ?? middle)).project(this.navigation.camera);
    return at.z > 1 ? null : { x: (at.x / 2 + 0.5) * this.size.width, y: (0.5 - at.y / 2) * this.size.height };
  }

  capture(): Promise<Blob> {
    // The drawing buffer holds its picture only until the browser has shown it: drawn and read in one go.
    this.render(performance.now());
    return new Promise((resolve, reject) => {
      this.canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The browser gave no picture of the canvas.'))), 'image/png');
    });
  }

  dispose(): void {
    cancelAnimationFrame(this.request);
    for (const end of this.endings.splice(0)) end();
    this.pending?.used();
    this.pending = null;
    this.navigation.dispose();
    this.content.dispose();
    this.voxels.dispose();
    this.renderer.dispose();
  }

  private listenToPage(): void {
    const on = (target: EventTarget, name: string, handler: () => void) => {
      target.addEventListener(name, handler);
      this.endings.push(() => target.removeEventListener(name, handler));
    };
    on(document, 'visibilitychange', () => this.invalidate());
    on(this.canvas, 'webglcontextlost', () => {
      this.lost = true;
      this.options.onProblem?.(CONTEXT_LOST);
    });
    on(this.canvas, 'webglcontextrestored', () => {
      this.lost = false;
      this.renderer.setClearColor(PALETTES[this.theme].background, 1);
      this.options.onProblem?.(null);
      this.invalidate();
    });
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(this.canvas);
    this.endings.push(() => observer.disconnect());
  }

  private resize(): void {
    const width = Math.max(1, this.canvas.clientWidth);
    const height = Math.max(1, this.canvas.clientHeight);
    const ratio = Math.min(devicePixelRatio || 1, MOST_PIXELS_RATIO);
    this.size = { width, height };
    this.renderer.setPixelRatio(ratio);
    this.renderer.setSize(width, height, false);
    this.navigation.resize(width, height);
    this.shared.uPixels.value = this.navigation.pixels(height);
    this.shared.uSize.value.set(width, height);
    this.shared.uRatio.value = ratio;
    this.content.setRatio(ratio);
    if (!this.navigation.touched) this.navigation.show(this.content.everything(), performance.now(), { first: true, instantly: true });
    // Setting the size has emptied the canvas: without a picture at once it would flash.
    this.dirty = true;
    if (this.tally.renders > 0) this.render(performance.now());
    else this.schedule();
  }

  private invalidate(): void {
    this.dirty = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.request || document.visibilityState === 'hidden') return;
    this.request = requestAnimationFrame(() => this.tick(performance.now()));
  }

  private tick(now: number): void {
    this.request = 0;
    const used = this.takeFrame(now);
    const moving = this.navigation.update(now);
    const fading = this.layers.expire(now, this.content.show.afterglowMs);
    if (this.pointerMoved) this.hover();
    if (this.dirty || used || moving || this.fadeIsDue(now)) this.render(now);
    used?.();
    if (moving || fading) this.schedule();
  }

  /** Something fades or has just faded, and the last picture is old enough. */
  private fadeIsDue(now: number): boolean {
    if (now - this.renderedAt < FADE_STEP_MS) return false;
    return this.layers.count > 0 || this.voxels.drawn > 0;
  }

  private takeFrame(now: number): (() => void) | null {
    if (!this.pending) return null;
    const { frame, used } = this.pending;
    this.pending = null;
    const started = performance.now();
    this.layers.push(frame, this.slots, now);
    this.tally.decodeMs = frame.decodeMs;
    this.update.push(performance.now() - started + frame.decodeMs);
    this.tally.frames++;
    return used;
  }

  private render(now: number): void {
    if (this.lost) return;
    const started = performance.now();
    const { camera } = this.navigation;
    camera.updateMatrixWorld();
    this.voxels.placeAreas(this.content.areas, this.modelChanged);
    this.modelChanged = false;
    this.voxels.update((layer) => this.glow(layer, now));
    this.content.light(this.layers, this.slots);
    this.content.prepare(camera, this.size.width, this.size.height);
    this.renderer.render(this.scene, camera);
    this.dirty = false;
    this.renderedAt = now;
    this.tally.renders++;
    this.tally.drawCalls = this.renderer.info.render.calls;
    this.renders.push(performance.now() - started);
  }

  private glow(layer: Layer, now: number): number {
    if (layer.supersededAt === null) return 1;
    const share = 1 - (now - layer.supersededAt) / Math.max(1, this.content.show.afterglowMs);
    return Math.min(0.999, Math.max(0, share) ** 1.6 * 0.8);
  }

  private pickAt(x: number, y: number): Pick | null {
    const { camera } = this.navigation;
    camera.updateMatrixWorld();
    const to = new THREE.Vector3((x / this.size.width) * 2 - 1, 1 - (y / this.size.height) * 2, 0.5).unproject(camera);
    const direction = to.sub(camera.position).normalize();
    const forward = camera.getWorldDirection(new THREE.Vector3());
    const { position } = camera;
    const pixels = this.shared.uPixels.value;
    const growth: Growth = (centre, size, least) => {
      const away = (centre[0] - position.x) * forward.x + (centre[1] - position.y) * forward.y + (centre[2] - position.z) * forward.z;
      return away <= 0 ? 1 : Math.max(1, (least * away) / (size * pixels));
    };
    const ray = { origin: position.toArray() as Vec3, direction: direction.toArray() as Vec3 };
    const { newest } = this.layers;
    const hit = pick(ray, this.content.areas, this.content.boxes, newest, this.slots, growth);
    if (!hit) return null;
    return { areaId: this.content.areas[hit.area]!.id, voxel: hit.voxel, fired: hit.fired, potential: hit.potential, x, y };
  }

  private click(x: number, y: number): void {
    const found = this.pickAt(x, y);
    for (const callback of this.picks) callback(found);
  }

  private hover(): void {
    this.pointerMoved = false;
    const found = this.pointer && this.pickAt(this.pointer.x, this.pointer.y);
    this.canvas.style.cursor = found ? 'pointer' : '';
    if (this.content.setFocus(this.content.selected, found?.areaId ?? null)) this.dirty = true;
    if (found === null && this.under === null) return;
    this.under = found;
    for (const callback of this.hovers) callback(found);
  }

  private key(event: KeyboardEvent): boolean {
    if (this.navigation.key(event)) return true;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === 'Home' || event.key === '0') this.flyTo('all');
    else if ((event.key === 'f' || event.key === 'F') && this.content.selected) this.flyTo(this.content.selected);
    else if (event.key === 'Escape') for (const callback of this.picks) callback(null);
    else return false;
    return true;
  }
}

function rendererName(renderer: THREE.WebGLRenderer): string {
  const gl = renderer.getContext();
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER) ?? '');
}
