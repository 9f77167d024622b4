// Everything in the scene but firing voxels: what there is, what of it is chosen, and how that looks.

import * as THREE from 'three';
import type { Layers } from '../stream/instances';
import type { SlotTable } from '../stream/slots';
import { arcWidth, Arcs, shortCount, type Arc } from './arcs';
import { Boxes, type BoxLook } from './boxes';
import { Labels, type Label } from './labels';
import { arc, areaBox, boxCentre, curvePoint, longestSide, regionOutlines, type Box, type Outline } from './layout';
import type { AreaModel, BrainModel, MappingModel, Show, Theme, Vec3 } from './model';
import { groupColour, PALETTES } from './theme';

/** More counts than this would hide what they count. */
const MOST_COUNTS = 40;
/** The same where all mappings are drawn: these are the strongest of them. */
const MOST_COUNTS_OF_ALL = 16;
const RANK = { focus: 9, hover: 8, count: 7, region: 2, area: 1 };
const AREA_LIFT = 12;
/** Half of the smallest box, and a little. */
const AREA_BESIDE = 9;
const REGION_LIFT = 13;

export class Content {
  readonly object = new THREE.Group();
  areas: readonly AreaModel[] = [];
  boxes: readonly Box[] = [];
  selected: string | null = null;
  hovered: string | null = null;
  show: Show = { mappings: 'selected', regions: true, labels: true, emptyAreas: true, afterglowMs: 400 };
  private mappings: readonly MappingModel[] = [];
  private outlines: readonly Outline[] = [];
  private byId = new Map<string, number>();
  private theme: Theme = 'dark';
  private ratio = 1;
  private lit = new Uint8Array(0);
  private litBefore = new Uint8Array(0);
  /** What has to be made anew before the next picture. */
  private stale = { looks: true, names: true, focus: true };
  private readonly areaBoxes: Boxes;
  private readonly regionBoxes: Boxes;
  private readonly arcs: Arcs;
  private readonly names: Labels;
  private readonly focus: Labels;

  constructor(shared: Record<string, THREE.IUniform>) {
    this.areaBoxes = new Boxes('areas', shared);
    this.regionBoxes = new Boxes('regions', shared);
    this.arcs = new Arcs(shared);
    this.names = new Labels(shared, 6);
    this.focus = new Labels(shared, 7);
    this.object.add(this.areaBoxes.object, this.regionBoxes.object, this.arcs.object, this.names.object, this.focus.object);
  }

  setModel(model: BrainModel): void {
    this.areas = model.areas;
    this.boxes = model.areas.map(areaBox);
    this.byId = new Map(model.areas.map((area, i) => [area.id, i]));
    this.mappings = model.mappings.filter(({ source, target }) => this.byId.has(source) && this.byId.has(target));
    this.outlines = regionOutlines(model.regions, new Map(model.areas.map((area, i) => [area.id, this.boxes[i]!])));
    this.areaBoxes.setBoxes(this.boxes);
    this.regionBoxes.setBoxes(this.outlines.map(({ box }) => box));
    this.lit = new Uint8Array(model.areas.length);
    this.litBefore = new Uint8Array(model.areas.length);
    this.stale = { looks: true, names: true, focus: true };
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.stale = { looks: true, names: true, focus: true };
  }

  setRatio(ratio: number): void {
    if (ratio === this.ratio) return;
    this.ratio = ratio;
    this.stale.names = this.stale.focus = true;
  }

  /** Chooses the area that is selected and the one under the pointer; says whether that changes anything. */
  setFocus(selected: string | null, hovered: string | null): boolean {
    if (selected === this.selected && hovered === this.hovered) return false;
    this.selected = selected;
    this.hovered = hovered;
    this.stale.looks = this.stale.focus = true;
    return true;
  }

  setShow(show: Show): void {
    if (show.regions !== this.show.regions) this.stale.names = true;
    this.show = show;
    this.stale.looks = this.stale.focus = true;
  }

  indexOf(id: string): number | undefined {
    return this.byId.get(id);
  }

  /** Everything that a look at all of it has to hold. */
  everything(): Box[] {
    return this.show.regions ? [...this.boxes, ...this.outlines.map(({ box }) => box)] : [...this.boxes];
  }

  /** Notes which areas have voxels in the layers: the others may be hidden. */
  light(layers: Layers, slots: SlotTable): void {
    if (this.show.emptyAreas) return;
    this.lit.fill(0);
    for (const layer of layers.all) {
      if (layer.count === 0) continue;
      for (let run = 0; run < layer.runs; run++) {
        const area = slots.slots[layer.runSlot[run]!]?.area ?? -1;
        if (area >= 0) this.lit[area] = 1;
      }
    }
    if (this.lit.some((value, i) => value !== this.litBefore[i])) this.stale.looks = true;
    this.litBefore.set(this.lit);
  }

  /** Makes anew what has changed and chooses the labels that `camera` shows. */
  prepare(camera: THREE.PerspectiveCamera, width: number, height: number): void {
    if (this.stale.looks) this.makeLooks();
    if (this.stale.names) this.names.set(this.nameLabels(), PALETTES[this.theme].halo, this.ratio);
    if (this.stale.focus) {
      const near = this.focusedMappings();
      this.arcs.set(this.makeArcs(near));
      this.focus.set(this.focusLabels(near), PALETTES[this.theme].halo, this.ratio);
    }
    this.stale = { looks: false, names: false, focus: false };
    const taken: number[] = [];
    this.focus.update(camera, width, height, taken);
    this.names.object.visible = this.show.labels && this.areas.length > 0;
    if (this.names.object.visible) this.names.update(camera, width, height, taken);
  }

  dispose(): void {
    for (const part of [this.areaBoxes, this.regionBoxes, this.arcs, this.names, this.focus]) part.dispose();
  }

  private makeLooks(): void {
    const palette = PALETTES[this.theme];
    this.areaBoxes.setLooks(
      this.areas.map((area, i): BoxLook => {
        const colour = groupColour(palette, area.group);
        if (area.id === this.selected) return { colour: palette.selected, fill: palette.fill * 1.6, edge: 1, width: 1.6 };
        if (area.id === this.hovered) return { colour, fill: palette.fill * 2.6, edge: 1, width: 1.4 };
        if (!this.show.emptyAreas && !this.lit[i]) return { colour, fill: 0, edge: 0, width: 0 };
        if (!area.visible) return { colour, fill: 0, edge: palette.edge * 0.35, width: 0.7 };
        return { colour, fill: palette.fill, edge: palette.edge, width: 0.8 };
      }),
    );
    const edge = this.show.regions ? 0.6 : 0;
    this.regionBoxes.setLooks(this.outlines.map(() => ({ colour: palette.region, fill: 0, edge, width: 0.8 })));
    this.regionBoxes.object.visible = this.show.regions && this.outlines.length > 0;
  }

  private nameLabels(): Label[] {
    const palette = PALETTES[this.theme];
    const areas = this.areas.map((area, i): Label => {
      // Among equals the larger area wins, by less than a rank.
      const size = Math.min(0.9, Math.log2(1 + longestSide(this.boxes[i]!)) / 20);
      return { text: area.name, at: top(this.boxes[i]!), colour: palette.text, bold: false, rank: RANK.area + size, lift: AREA_LIFT, beside: AREA_BESIDE };
    });
    const regions = this.outlines.map(
      ({ region, box }): Label => ({
        text: region.title.toUpperCase(),
        at: top(box),
        colour: palette.regionText,
        bold: true,
        rank: RANK.region,
        lift: REGION_LIFT,
      }),
    );
    return this.show.regions ? [...areas, ...regions] : areas;
  }

  /** The mappings of the area that is looked at: the selected one, else the one under the pointer. */
  private focusedMappings(): MappingModel[] {
    const id = this.selected ?? this.hovered;
    if (id === null || this.show.mappings === 'none') return [];
    return this.mappings.filter(({ source, target }) => source === id || target === id);
  }

  private makeArcs(near: readonly MappingModel[]): Arc[] {
    const palette = PALETTES[this.theme];
    const id = this.selected ?? this.hovered;
    const curve = ({ source, target }: MappingModel) => arc(this.boxes[this.byId.get(source)!]!, this.boxes[this.byId.get(target)!]!);
    const close = near.map((mapping): Arc => {
      const colour = mapping.source === id ? palette.outgoing : palette.incoming;
      return { curve: curve(mapping), colour, opacity: 0.95, width: arcWidth(mapping.synapses) };
    });
    if (this.show.mappings !== 'all') return close;
    const others = this.mappings.filter(({ source, target }) => near.length === 0 || (source !== id && target !== id));
    const far = others.map((mapping): Arc => {
      const colour = groupColour(palette, this.areas[this.byId.get(mapping.source)!]!.group);
      const width = arcWidth(mapping.synapses);
      // Many arcs hide each other: the thinner are the fainter too.
      return { curve: curve(mapping), colour, opacity: near.length > 0 ? 0.1 : 0.08 * width, width: width * 0.7 };
    });
    return [...far, ...close];
  }

  private focusLabels(near: readonly MappingModel[]): Label[] {
    const palette = PALETTES[this.theme];
    const labels: Label[] = [];
    for (const [id, rank] of [[this.selected, RANK.focus], [this.hovered, RANK.hover]] as const) {
      const index = id === null ? undefined : this.byId.get(id);
      if (index === undefined || (rank === RANK.hover && id === this.selected)) continue;
      labels.push({ text: this.areas[index]!.name, at: top(this.boxes[index]!), colour: palette.selectedText, bold: true, rank, lift: AREA_LIFT });
    }
    const id = this.selected ?? this.hovered;
    const all = near.length === 0 && this.show.mappings === 'all';
    const counted = strongest(all ? this.mappings : near, all ? MOST_COUNTS_OF_ALL : MOST_COUNTS);
    for (const { source, target, synapses } of counted) {
      const middle = curvePoint(arc(this.boxes[this.byId.get(source)!]!, this.boxes[this.byId.get(target)!]!), 0.5);
      const colour = all ? palette.text : css(source === id ? palette.outgoing : palette.incoming);
      labels.push({ text: shortCount(synapses), at: middle, colour, bold: true, rank: RANK.count, lift: 0 });
    }
    return labels;
  }
}

function strongest(mappings: readonly MappingModel[], most: number): MappingModel[] {
  return [...mappings].sort((a, b) => b.synapses - a.synapses).slice(0, most);
}

function top(box: Box): Vec3 {
  const [x, , z] = boxCentre(box);
  return [x, box.max[1], z];
}

const css = (colour: readonly number[]): string => `rgb(${colour.map((channel) => Math.round(channel * 255)).join(' ')})`;
