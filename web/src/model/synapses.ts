// Synapses of a neuron in words.

import type { Synapse } from '../api/types';
import { number, plural } from './format';

export type End = 'source' | 'target';

interface Place {
  readonly neuron: number;
  readonly area: string | null;
  readonly voxel: readonly [number, number, number];
}

/** Where a synapse begins or ends. */
export function endOf(synapse: Synapse, end: End): Place {
  return end === 'source'
    ? { neuron: synapse.source_neuron_id, area: synapse.source_cortical_id, voxel: [synapse.source_x, synapse.source_y, synapse.source_z] }
    : { neuron: synapse.target_neuron_id, area: synapse.target_cortical_id, voxel: [synapse.target_x, synapse.target_y, synapse.target_z] };
}

/** The other end of a synapse, and what a spike does there. `nameOf` gives the name of an area. */
export function synapseText(synapse: Synapse, end: End, nameOf: (area: string) => string): string {
  const { neuron, area, voxel } = endOf(synapse, end);
  const parts = [
    area === null ? `neuron ${neuron}, which is gone` : `${nameOf(area)} ${voxel.join(', ')}`,
    `weight ${number(synapse.weight, 4)} × ${number(synapse.postsynaptic_potential, 4)}`,
  ];
  if (synapse.synapse_type === 'inhibitory') parts.push('inhibitory');
  if (synapse.synaptic_delay_bursts > 1) parts.push(`after ${plural(synapse.synaptic_delay_bursts, 'burst')}`);
  return parts.join(' · ');
}
