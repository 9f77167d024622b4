// Cortical areas, regions and what their voxels hold.

import { request } from './client';
import type { AreaProperties, Geometry, RegionMembers, Triple, UnitType, VoxelNeurons } from './types';

const BASE = '/v1/cortical_area';
/** Creating and resizing make neurons and synapses, which may take a while in large brains. */
const SLOW_MS = 60_000;

export const geometry = () => request<Record<string, Geometry>>('GET', `${BASE}/cortical_area/geometry`);
export const regions = () => request<Record<string, RegionMembers>>('GET', '/v1/region/regions_members');
export const inputTypes = () => request<Record<string, UnitType>>('GET', `${BASE}/ipu/types`);
export const outputTypes = () => request<Record<string, UnitType>>('GET', `${BASE}/opu/types`);

export const properties = (cortical_id: string) =>
  request<AreaProperties>('POST', `${BASE}/cortical_area_properties`, { body: { cortical_id } });

export const update = (cortical_id: string, changed: Record<string, unknown>) =>
  request<{ cortical_id: string; message: string }>('PUT', `${BASE}/cortical_area`, {
    body: { cortical_id, ...changed },
    timeoutMs: SLOW_MS,
  });

export interface NewCustomArea {
  readonly cortical_name: string;
  readonly brain_region_id: string;
  readonly coordinates_3d: Triple;
  readonly cortical_dimensions: Triple;
  readonly neurons_per_voxel: number;
  /** Whether it is a memory area. */
  readonly memory: boolean;
}

export const addCustom = ({ memory, ...area }: NewCustomArea) =>
  request<{ cortical_id: string; message: string }>('POST', `${BASE}/custom_cortical_area`, {
    body: {
      ...area,
      coordinates_2d: [null, null],
      cortical_group: 'CUSTOM',
      cortical_sub_group: '',
      ...(memory ? { sub_group_id: 'MEMORY' } : {}),
    },
    timeoutMs: SLOW_MS,
  });

export interface NewUnit {
  readonly cortical_id: string;
  readonly cortical_type: 'IPU' | 'OPU';
  readonly device_count: number;
  readonly unit_id: number;
  readonly coordinates_3d: Triple;
  readonly neurons_per_voxel: number;
}

export const addUnit = (unit: NewUnit) =>
  request<{ cortical_id: string; cortical_ids: string; message: string }>('POST', `${BASE}/cortical_area`, {
    body: { ...unit, coordinates_2d: [null, null], data_type_configs_by_subunit: { '0': 1 } },
    timeoutMs: SLOW_MS,
  });

export interface Clone {
  readonly source_area_id: string;
  readonly new_name: string;
  readonly coordinates_3d: Triple;
  readonly parent_region_id: string;
  readonly clone_cortical_mapping: boolean;
}

export const clone = (wish: Clone) =>
  request<{ new_area_id: string; message: string }>('POST', `${BASE}/clone`, {
    body: { ...wish, coordinates_2d: [0, 0] },
    timeoutMs: SLOW_MS,
  });

export const remove = (cortical_id: string) =>
  request<{ message: string }>('DELETE', `${BASE}/cortical_area`, { body: { cortical_id }, timeoutMs: SLOW_MS });

/** Puts the neurons of areas back to where they start: no charge, no refractory period. */
export const reset = (area_list: readonly string[]) =>
  request<{ message: string; results: { neurons_reset: number }[] }>('PUT', `${BASE}/reset`, { body: { area_list } });

export const voxelNeurons = (id: string, [x, y, z]: Triple, page: number) =>
  request<VoxelNeurons>(
    'GET',
    `${BASE}/voxel_neurons?cortical_id=${encodeURIComponent(id)}&x=${x}&y=${y}&z=${z}&synapse_page=${page}`,
  );

export const addRegion = (title: string, parent_region_id: string, coordinates_3d: Triple) =>
  request<{ region_id: string }>('POST', '/v1/region/region', {
    body: { title, parent_region_id, coordinates_2d: [0, 0], coordinates_3d, areas: [], regions: [] },
  });

export const updateRegion = (region_id: string, changed: Record<string, unknown>) =>
  request<{ region_id: string }>('PUT', '/v1/region/region', { body: { region_id, ...changed } });

export const removeRegion = (region_id: string) =>
  request<{ message: string }>('DELETE', '/v1/region/region', { body: { region_id }, timeoutMs: SLOW_MS });
