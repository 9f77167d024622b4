// The brain as the page knows it: plain values put together from the REST answers. Pure, so that it
// is tested without a page.

import type { Geometry, MappingTable, Morphology, RegionMembers, Rule, SynapseCount, Triple } from '../api/types';
import type { BrainModel } from '../scene/model';

export type Group = 'input' | 'output' | 'core' | 'custom' | 'memory' | 'other';

export interface Area {
  readonly id: string;
  readonly name: string;
  readonly group: Group;
  readonly position: Triple;
  readonly dimensions: Triple;
  readonly perVoxel: number;
  /** Null where no region has it. */
  readonly region: string | null;
  readonly visible: boolean;
}

export interface Region {
  readonly id: string;
  readonly title: string;
  readonly parent: string | null;
  readonly position: Triple;
  readonly areas: readonly string[];
  readonly regions: readonly string[];
}

export interface Mapping {
  readonly source: string;
  readonly target: string;
  readonly rules: readonly Rule[];
  /** Null where the server does not say. */
  readonly synapses: number | null;
}

export interface Brain {
  readonly areas: ReadonlyMap<string, Area>;
  readonly regions: ReadonlyMap<string, Region>;
  readonly root: string | null;
  readonly mappings: readonly Mapping[];
  readonly morphologies: ReadonlyMap<string, Morphology>;
}

/** What `assemble` takes; `counts` is null where the server does not offer synapse counts. */
export interface Answers {
  readonly geometry: Readonly<Record<string, Geometry>>;
  readonly regions: Readonly<Record<string, RegionMembers>>;
  readonly mappings: MappingTable;
  readonly morphologies: Readonly<Record<string, Morphology>>;
  readonly counts: readonly SynapseCount[] | null;
}

export const EMPTY: Brain = {
  areas: new Map(),
  regions: new Map(),
  root: null,
  mappings: [],
  morphologies: new Map(),
};

const GROUPS: Readonly<Record<string, Group>> = {
  IPU: 'input',
  OPU: 'output',
  CORE: 'core',
  CUSTOM: 'custom',
  MEMORY: 'memory',
};

/** The group of an area. Memory areas are listed as custom by group and tell by their type. */
export function groupOf(group: string, type: string): Group {
  if (type.toUpperCase() === 'MEMORY') return 'memory';
  return GROUPS[group.toUpperCase()] ?? 'other';
}

/** The one region of each area. Genomes may name an area in several regions, or in none. */
function homes({ geometry, regions }: Answers): Map<string, string> {
  const home = new Map<string, string>();
  for (const [id, { areas }] of Object.entries(regions)) {
    for (const area of areas) if (!home.has(area)) home.set(area, id);
  }
  for (const [area, { parent_region_id: own }] of Object.entries(geometry)) {
    if (own !== null && own in regions) home.set(area, own);
  }
  return home;
}

export function assemble(answers: Answers): Brain {
  const home = homes(answers);
  const areas = new Map<string, Area>();
  for (const [id, one] of Object.entries(answers.geometry)) {
    areas.set(id, {
      id,
      name: one.cortical_name || id,
      group: groupOf(one.cortical_group, one.cortical_type),
      position: one.coordinates_3d,
      dimensions: one.cortical_dimensions,
      perVoxel: one.cortical_neuron_per_vox_count,
      region: home.get(id) ?? null,
      visible: one.visible,
    });
  }
  const regions = new Map<string, Region>();
  for (const [id, one] of Object.entries(answers.regions)) {
    regions.set(id, {
      id,
      title: one.title || id,
      parent: one.parent_region_id,
      position: one.coordinate_3d,
      areas: [...areas.values()].filter((area) => area.region === id).map((area) => area.id),
      regions: one.regions.filter((region) => region in answers.regions),
    });
  }
  const root = [...regions.values()].find((region) => region.parent === null)?.id ?? null;
  return {
    areas,
    regions,
    root,
    mappings: mappingsOf(answers, areas),
    morphologies: new Map(Object.entries(answers.morphologies)),
  };
}

function mappingsOf(answers: Answers, areas: ReadonlyMap<string, Area>): Mapping[] {
  const counts = new Map<string, number>();
  for (const one of answers.counts ?? []) {
    counts.set(`${one.src_cortical_area} ${one.dst_cortical_area}`, one.synapse_count);
  }
  const mappings: Mapping[] = [];
  for (const [source, targets] of Object.entries(answers.mappings)) {
    for (const [target, rules] of Object.entries(targets)) {
      // A genome may name targets that it does not have; there is nothing to draw for them.
      if (!areas.has(source) || !areas.has(target) || rules.length === 0) continue;
      const synapses = answers.counts ? (counts.get(`${source} ${target}`) ?? 0) : null;
      mappings.push({ source, target, rules, synapses });
    }
  }
  return mappings;
}

const SCENE_GROUPS: Readonly<Record<Group, string>> = {
  input: 'IPU',
  output: 'OPU',
  core: 'CORE',
  custom: 'CUSTOM',
  memory: 'MEMORY',
  other: 'OTHER',
};

/** What the scene draws of it. */
export function sceneModel(brain: Brain): BrainModel {
  return {
    areas: [...brain.areas.values()].map(({ id, name, group, position, dimensions, visible }) => ({
      id,
      name,
      group: SCENE_GROUPS[group],
      position,
      dimensions,
      visible,
    })),
    regions: [...brain.regions.values()].map(({ id, title, parent, areas }) => ({ id, title, parent, areas })),
    mappings: brain.mappings.map(({ source, target, synapses }) => ({ source, target, synapses: synapses ?? 0 })),
  };
}

/** Stands for the place of areas that are in no region. */
export const NOWHERE: Region = { id: '', title: 'In no region', parent: null, position: [0, 0, 0], areas: [], regions: [] };

export interface Branch {
  readonly region: Region;
  readonly depth: number;
  readonly areas: readonly Area[];
}

/** Regions from the root down, each with its areas that `keep` lets through; empty ones only when nothing is sought. */
export function branches(brain: Brain, keep: (area: Area) => boolean, keepEmpty: boolean): Branch[] {
  const found: Branch[] = [];
  const seen = new Set<string>();
  const visit = (id: string, depth: number) => {
    const region = brain.regions.get(id);
    // A file may make a region its own ancestor.
    if (!region || seen.has(id)) return;
    seen.add(id);
    const areas = region.areas.flatMap((area) => brain.areas.get(area) ?? []).filter(keep);
    if (areas.length > 0 || keepEmpty) found.push({ region, depth, areas: [...areas].sort(byGroupAndName) });
    for (const child of region.regions) visit(child, depth + 1);
  };
  if (brain.root) visit(brain.root, 0);
  for (const id of brain.regions.keys()) visit(id, 0);
  const homeless = [...brain.areas.values()].filter((area) => area.region === null && keep(area));
  if (homeless.length > 0) found.push({ region: NOWHERE, depth: 0, areas: homeless.sort(byGroupAndName) });
  return found;
}

const ORDER: readonly Group[] = ['input', 'output', 'custom', 'memory', 'other', 'core'];

function byGroupAndName(a: Area, b: Area): number {
  return ORDER.indexOf(a.group) - ORDER.indexOf(b.group) || a.name.localeCompare(b.name, undefined, { numeric: true });
}

export function voxelCount([x, y, z]: Triple): number {
  return x * y * z;
}

/** Right of everything that is there: where a new area covers nothing. */
export function freePosition(brain: Brain): Triple {
  let right = -Infinity;
  for (const area of brain.areas.values()) right = Math.max(right, area.position[0] + area.dimensions[0]);
  return [Number.isFinite(right) ? right + 5 : 0, 0, 0];
}

/** A name that no area has yet. */
export function freeName(brain: Brain, wish: string): string {
  const taken = new Set([...brain.areas.values()].map((area) => area.name));
  if (!taken.has(wish)) return wish;
  for (let n = 2; ; n++) {
    if (!taken.has(`${wish} ${n}`)) return `${wish} ${n}`;
  }
}
