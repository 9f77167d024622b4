// Mappings between areas, and the morphologies that they use.

import { request } from './client';
import type { MappingTable, Morphology, Rule, SynapseCount } from './types';

export const mappings = () => request<MappingTable>('GET', '/v1/cortical_area/cortical_map_detailed');
export const morphologies = () => request<Record<string, Morphology>>('GET', '/v1/morphology/morphologies');
export const synapseCounts = () => request<SynapseCount[]>('GET', '/v1/cortical_mapping/synapse_counts');

export interface MappingAnswer {
  readonly message: string;
  readonly synapse_count: number;
  /** What the rules will not do although their author may expect it. */
  readonly warnings?: readonly string[];
}

/** Replaces the rules from one area to another; no rules take the mapping away. */
export const setRules = (source: string, target: string, rules: readonly Rule[]) =>
  request<MappingAnswer>('PUT', '/v1/cortical_mapping/mapping_properties', {
    body: { src_cortical_area: source, dst_cortical_area: target, mapping_string: rules },
    timeoutMs: 60_000,
  });
