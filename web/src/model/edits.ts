// Everything that changes the brain goes through here: one call to the server, then a reload, a toast
// with a way back, and errors to whoever asked.

import * as areas from '../api/areas';
import { asApiError } from '../api/client';
import * as engine from '../api/engine';
import * as genome from '../api/genome';
import * as mappings from '../api/mappings';
import type { Rule, Triple } from '../api/types';
import { freeName, freePosition, type Area } from './brain';
import { history, refreshHistory } from './history';
import { engineState } from './live-state';
import { select } from './selection';
import { brain, reload } from './store';
import { newestEdit, toast } from './toasts';

/** Runs an edit of the genome. Rejects with the server's refusal; the caller shows it where it belongs. */
async function edit<T>(text: string, call: () => Promise<T>): Promise<T> {
  const answer = await call();
  newestEdit.value += 1;
  toast('done', text, newestEdit.value);
  await reload();
  return answer;
}

/** Runs something whose refusal belongs to no field: it becomes a toast. */
export async function orToast<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    toast('error', asApiError(error).message);
    return null;
  }
}

function nextBurst(): string {
  const burst = engineState.value.burst;
  return burst === null ? '' : ` Takes effect from burst ${burst + 1}.`;
}

export const updateArea = (area: Area, changed: Record<string, unknown>, what: string) =>
  edit(`${area.name}: ${what}.${nextBurst()}`, () => areas.update(area.id, changed));

export const moveArea = (area: Area, coordinates_3d: Triple) =>
  edit(`Moved ${area.name} to ${coordinates_3d.join(', ')}.`, () => areas.update(area.id, { coordinates_3d }));

export const setVisible = (area: Area, visible: boolean) =>
  edit(`${area.name} is ${visible ? 'shown' : 'hidden'}.`, () => areas.update(area.id, { visible }));

export const deleteArea = async (area: Area) => {
  await edit(`Deleted ${area.name}.`, () => areas.remove(area.id));
};

export async function addCustomArea(wish: areas.NewCustomArea): Promise<string> {
  const { cortical_id } = await edit(`Added ${wish.cortical_name}.`, () => areas.addCustom(wish));
  select({ kind: 'area', id: cortical_id });
  return cortical_id;
}

export async function addUnit(wish: areas.NewUnit, name: string): Promise<string> {
  const { cortical_id } = await edit(`Added ${name}.`, () => areas.addUnit(wish));
  select({ kind: 'area', id: cortical_id });
  return cortical_id;
}

export async function cloneArea(area: Area): Promise<string> {
  const new_name = freeName(brain.value, `${area.name} copy`);
  const { regions, root } = brain.value;
  const region = area.region ?? [...regions.keys()].find((id) => id !== root);
  if (region === undefined) throw new Error('The brain has no region for the copy; add an area in a new region first.');
  const wish = {
    source_area_id: area.id,
    new_name,
    coordinates_3d: freePosition(brain.value),
    parent_region_id: region,
    clone_cortical_mapping: true,
  };
  const { new_area_id } = await edit(`Cloned ${area.name} as ${new_name}.`, () => areas.clone(wish));
  select({ kind: 'area', id: new_area_id });
  return new_area_id;
}

/** Not an edit of the genome, so there is nothing to undo. */
export async function resetArea(area: Area): Promise<void> {
  const { results } = await areas.reset([area.id]);
  const neurons = results.reduce((sum, one) => sum + one.neurons_reset, 0);
  toast('done', `Reset ${neurons} neurons of ${area.name}: no charge, no refractory period.`);
}

export async function addRegion(title: string): Promise<string> {
  const root = brain.value.root;
  if (!root) throw new Error('The brain has no root region.');
  const { region_id } = await edit(`Added region ${title}.`, () => areas.addRegion(title, root, [0, 0, 0]));
  return region_id;
}

export const renameRegion = (id: string, region_title: string) =>
  edit(`Renamed the region to ${region_title}.`, () => areas.updateRegion(id, { region_title }));

export const deleteRegion = (id: string, title: string) =>
  edit(`Deleted region ${title}.`, () => areas.removeRegion(id));

export async function setRules(source: Area, target: Area, rules: readonly Rule[]): Promise<void> {
  const text = rules.length === 0 ? 'Deleted the mapping' : 'Changed the mapping';
  const { synapse_count, warnings } = await edit(`${text} ${source.name} to ${target.name}.`, () =>
    mappings.setRules(source.id, target.id, rules),
  );
  if (warnings?.length) toast('error', warnings.join(' '));
  else if (synapse_count === 0 && rules.length > 0) toast('error', 'The rules fit no voxel: the mapping has no synapses.');
}

export async function stimulate(area: Area, voxel: Triple): Promise<void> {
  const answer = await engine.stimulate(area.id, [voxel]);
  const place = `voxel ${voxel.join(', ')} of ${area.name}`;
  if (answer.matched_coordinates > 0) toast('done', `The neurons at ${place} fire in the next burst.`);
  else toast('error', `There is no neuron at ${place}.`);
}

export const undo = () => travel('undo');
export const redo = () => travel('redo');

async function travel(way: 'undo' | 'redo'): Promise<void> {
  if (!history.value || history.value[way].length === 0) return;
  await orToast(async () => {
    const answer = await genome[way]();
    // Whatever toast offered to undo an edit speaks of one that is not the newest any more.
    newestEdit.value += 1;
    toast('done', `${way === 'undo' ? 'Undone' : 'Done again'}: ${answer.label}.`);
    await Promise.all([reload(), refreshHistory()]);
  });
}
