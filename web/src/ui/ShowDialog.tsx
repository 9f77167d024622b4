// What the 3D view shows besides what fires.

import { change, settings } from '../model/settings';
import type { Show } from '../scene/model';
import { Dialog } from './Dialog';
import { close } from './dialogs';

const FLAGS: readonly { readonly key: 'regions' | 'labels' | 'emptyAreas'; readonly label: string; readonly help: string }[] = [
  { key: 'regions', label: 'Regions', help: 'Outlines around the areas of each region.' },
  { key: 'labels', label: 'Names', help: 'The names of areas beside their boxes.' },
  { key: 'emptyAreas', label: 'Silent areas', help: 'Boxes of areas in which nothing fires at the moment.' },
];

const MAPPINGS: readonly { readonly value: Show['mappings']; readonly label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'selected', label: 'Of the selected area' },
  { value: 'all', label: 'All' },
];

export function ShowDialog() {
  const { show } = settings.value;
  const set = (changed: Partial<Show>) => change({ show: { ...show, ...changed } });
  return (
    <Dialog title="What the view shows" testid="show-dialog" onClose={close}>
      <div class="field">
        <label for="show-mappings">Mappings</label>
        <select id="show-mappings" class="input" data-testid="show-mappings" value={show.mappings} onChange={(event) => set({ mappings: event.currentTarget.value as Show['mappings'] })}>
          {MAPPINGS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <p class="help">Arcs from source to target. Those of the area that is selected or under the pointer carry their synapse counts.</p>
      </div>
      {FLAGS.map(({ key, label, help }) => (
        <div key={key} class="field">
          <label class="flag">
            <input type="checkbox" class="check" checked={show[key]} data-testid={`show-${key}`} onChange={(event) => set({ [key]: event.currentTarget.checked })} />
            {label}
          </label>
          <p class="help">{help}</p>
        </div>
      ))}
      <div class="field">
        <label for="show-afterglow">
          Afterglow <span class="unit numbers">{show.afterglowMs} ms</span>
        </label>
        <input id="show-afterglow" type="range" min={0} max={2000} step={50} value={show.afterglowMs} data-testid="show-afterglow" onInput={(event) => set({ afterglowMs: event.currentTarget.valueAsNumber })} />
        <p class="help">How long a voxel goes on glowing after it fired.</p>
      </div>
    </Dialog>
  );
}
