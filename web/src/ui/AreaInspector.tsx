// One area: facts, what can be done with it, its mappings, its parameters.

import { useState } from 'preact/hooks';
import * as api from '../api/areas';
import type { AreaProperties } from '../api/types';
import { voxelCount, type Area, type Group } from '../model/brain';
import { cloneArea, deleteArea, orToast, resetArea } from '../model/edits';
import { count } from '../model/format';
import { select } from '../model/selection';
import { brain, generation } from '../model/store';
import { AreaForm } from './AreaForm';
import { AreaMappings } from './AreaMappings';
import { useAsked } from './asked';
import { Facts } from './Facts';
import { LiveCount } from './LiveCount';
import { InspectorHead } from './Inspector';
import { focusArea } from './view';

export const KINDS: Readonly<Record<Group, string>> = {
  input: 'Input area: senses write here',
  output: 'Output area: motors read here',
  core: 'Core area: every brain has it',
  custom: 'Custom area',
  memory: 'Memory area',
  other: 'Area',
};

export function AreaInspector({ area }: { area: Area }) {
  const asked = useAsked(() => api.properties(area.id), [area.id, generation.value]);
  const [tab, setTab] = useState<'parameters' | 'mappings'>('parameters');
  const mappings = brain.value.mappings.filter((one) => one.source === area.id || one.target === area.id);
  return (
    <>
      <InspectorHead title={area.name} kind={KINDS[area.group]} group={area.group} />
      <div class="panel-body scroll">
        <AreaFacts area={area} properties={asked.value} />
        <Actions area={area} />
        <div class="tabs" role="tablist" aria-label="About the area">
          <Tab name="parameters" label="Parameters" now={tab} choose={setTab} />
          <Tab name="mappings" label={`Mappings ${mappings.length}`} now={tab} choose={setTab} />
        </div>
        <div role="tabpanel" id="area-panel" aria-labelledby={`area-tab-${tab}`}>
          {tab === 'mappings' && <AreaMappings area={area} mappings={mappings} />}
          {tab === 'parameters' && asked.error && <p class="form-error">{asked.error.message}</p>}
          {tab === 'parameters' && asked.value && <AreaForm area={area} properties={asked.value} />}
        </div>
      </div>
    </>
  );
}

type TabName = 'parameters' | 'mappings';

function Tab({ name, label, now, choose }: { name: TabName; label: string; now: TabName; choose: (name: TabName) => void }) {
  const other = name === 'parameters' ? 'mappings' : 'parameters';
  return (
    <button
      type="button"
      role="tab"
      id={`area-tab-${name}`}
      aria-controls="area-panel"
      aria-selected={now === name}
      tabIndex={now === name ? 0 : -1}
      data-testid={`tab-${name}`}
      onClick={() => choose(name)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        choose(other);
        document.getElementById(`area-tab-${other}`)?.focus();
      }}
    >
      {label}
    </button>
  );
}

function AreaFacts({ area, properties }: { area: Area; properties: AreaProperties | null }) {
  const neurons = voxelCount(area.dimensions) * area.perVoxel;
  const region = area.region === null ? undefined : brain.value.regions.get(area.region);
  return (
    <Facts
      facts={[
        ['Firing now', <LiveCount area={area.id} />, 'fact-fired'],
        ['Neurons', count(properties?.neuron_count ?? neurons), 'fact-neurons'],
        ['Size', area.dimensions.join(' × '), 'fact-size'],
        ['Position', area.position.join(', '), 'fact-position'],
        ['Synapses in', properties ? count(properties.incoming_synapse_count) : '…'],
        ['Synapses out', properties ? count(properties.outgoing_synapse_count) : '…'],
        ['Region', region?.title ?? 'none'],
        ['Id', <code>{area.id}</code>],
      ]}
    />
  );
}

function Actions({ area }: { area: Area }) {
  const core = area.group === 'core';
  const copies = area.group === 'custom' || area.group === 'memory';
  return (
    <div class="buttons">
      <button type="button" class="button" data-testid="fly-to" onClick={() => focusArea(area)}>
        Look at
      </button>
      <button type="button" class="button" data-testid="to-voxel" title="Go to one of its voxels" onClick={() => select({ kind: 'voxel', id: area.id, voxel: [0, 0, 0] })}>
        Voxel
      </button>
      <button type="button" class="button" data-testid="clone-area" disabled={!copies} title={copies ? 'Add a copy with the same mappings' : 'Only custom and memory areas can be copied; add a unit of its own for more devices'} onClick={() => void orToast(() => cloneArea(area))}>
        Clone
      </button>
      <button type="button" class="button" data-testid="reset-area" title="Take the charge of all its neurons away" onClick={() => void orToast(() => resetArea(area))}>
        Reset
      </button>
      <button type="button" class="button danger" data-testid="delete-area" disabled={core} title={core ? 'Every brain has its core areas' : 'Delete; it can be undone'} onClick={() => void orToast(() => deleteArea(area))}>
        Delete
      </button>
    </div>
  );
}
