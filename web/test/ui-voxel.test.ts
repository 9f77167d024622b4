import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Synapse } from '../src/api/types';
import { synapseText } from '../src/model/synapses';
import { checkVoxel } from '../src/model/voxel';

const synapse: Synapse = {
  source_neuron_id: 7,
  source_cortical_id: 'eye',
  source_x: 1,
  source_y: 2,
  source_z: 0,
  target_neuron_id: 9,
  target_cortical_id: null,
  target_x: 0,
  target_y: 0,
  target_z: 0,
  weight: 1,
  postsynaptic_potential: 0.5,
  synapse_type: 'excitatory',
  synaptic_delay_bursts: 1,
};

test('a synapse is told by its other end and by what a spike does there', () => {
  const nameOf = (id: string) => (id === 'eye' ? 'Eye' : id);
  assert.equal(synapseText(synapse, 'source', nameOf), 'Eye 1, 2, 0 · weight 1 × 0.5');
  assert.equal(synapseText(synapse, 'target', nameOf), 'neuron 9, which is gone · weight 1 × 0.5');
  const slow: Synapse = { ...synapse, synapse_type: 'inhibitory', synaptic_delay_bursts: 6 };
  assert.equal(synapseText(slow, 'source', nameOf), 'Eye 1, 2, 0 · weight 1 × 0.5 · inhibitory · after 6 bursts');
});

test('a voxel is one of its area, or the coordinate that is not is told', () => {
  assert.deepEqual(checkVoxel(['3', '0', '1'], [4, 3, 2]), { voxel: [3, 0, 1], errors: [null, null, null] });
  const wrong = checkVoxel(['4', '', '-1'], [4, 3, 2]);
  assert.equal(wrong.voxel, null);
  assert.deepEqual(wrong.errors, ['Enter 0 to 3.', 'Enter a number.', 'Enter 0 to 1.']);
  assert.match(checkVoxel(['0', '1', '0'], [4, 1, 2]).errors[1] ?? '', /no other voxel/);
  assert.equal(checkVoxel(['1.5', '0', '0'], [4, 3, 2]).voxel, null);
});
