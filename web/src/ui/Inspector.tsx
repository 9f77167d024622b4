// The panel about what is selected.

import { selectedArea, selection, select } from '../model/selection';
import { brain } from '../model/store';
import { AreaInspector } from './AreaInspector';
import { Overview } from './Overview';
import { RegionInspector } from './RegionInspector';
import { VoxelInspector } from './VoxelInspector';
import { sheet } from './dialogs';
import { Icon } from './icons';

export function Inspector() {
  const now = selection.value;
  const area = selectedArea.value;
  return (
    <aside class={`panel right ${sheet.value === 'inspector' ? 'open' : ''}`} aria-label="Inspector" data-testid="inspector" data-tour="inspector">
      {now === null && <Overview />}
      {now?.kind === 'area' && area && <AreaInspector key={area.id} area={area} />}
      {now?.kind === 'voxel' && area && <VoxelInspector area={area} voxel={now.voxel} />}
      {now?.kind === 'region' && <RegionInspector key={now.id} region={brain.value.regions.get(now.id)!} />}
    </aside>
  );
}

/** The head of every kind of inspector: what it is about, and a way out. */
export function InspectorHead({ title, kind, group }: { title: string; kind: string; group?: string }) {
  return (
    <div class="panel-head" data-group={group}>
      {group && <span class="dot" aria-hidden="true" />}
      <div class="grow">
        <h2 data-testid="inspector-title">{title}</h2>
        <p class="muted">{kind}</p>
      </div>
      <button type="button" class="button quiet icon" aria-label="Clear the selection" title="Clear the selection (Esc)" data-testid="inspector-close" onClick={() => select(null)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
