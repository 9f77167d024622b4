// What the inspector shows while nothing is selected: the brain as a whole, and where to begin.

import { plural, compact, count } from '../model/format';
import { brain, health, loaded, notOffered, title } from '../model/store';
import { openDialog } from './dialogs';
import { Facts } from './Facts';
import { Icon } from './icons';

export function Overview() {
  const state = health.value;
  const missing = [...notOffered.value];
  return (
    <>
      <div class="panel-head">
        <div class="grow">
          <h2>{title.value || 'Brain'}</h2>
          <p class="muted">{loaded.value ? plural(brain.value.areas.size, 'cortical area') : 'Loading…'}</p>
        </div>
      </div>
      <div class="panel-body scroll">
        {state && (
          <Facts
            facts={[
              ['Neurons', count(state.neuron_count), 'fact-all-neurons'],
              ['Synapses', count(state.synapse_count), 'fact-all-synapses'],
              ['Mappings', count(brain.value.mappings.length)],
              ['Regions', count(brain.value.regions.size)],
              ['Room for neurons', compact(state.neuron_count_max)],
              ['Room for synapses', compact(state.synapse_count_max)],
            ]}
          />
        )}
        <div class="hints">
          <h3>Look around</h3>
          <p>Each box is a cortical area; each light in it is a voxel whose neurons fire. Drag to turn, scroll to come closer.</p>
          <p>Click an area or a voxel, here or in the list, to see its state and change it.</p>
        </div>
        <div class="buttons">
          <button type="button" class="button" onClick={() => (openDialog.value = { kind: 'add-area' })}>
            <Icon name="plus" /> Add area
          </button>
          <button type="button" class="button" onClick={() => (openDialog.value = { kind: 'genome' })}>
            <Icon name="file" /> Load or save
          </button>
        </div>
        {missing.length > 0 && (
          <div class="note" data-testid="not-offered">
            {missing.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </div>
        )}
      </div>
    </>
  );
}
