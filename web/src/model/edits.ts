// Everything that changes the brain goes through here: one call to the server, a toast with a way back,
// a reload, and errors to whoever asked.

import * as areas from '../api/areas';
import { asApiError } from '../api/client';
import * as engine from '../api/engine';
import * as genome from '../api/genome';
import * as mappings from '../api/mappings';
import type { Rule, Triple } from '../api/types';
import { freeName, freePosition, type Area } from './brain';
import { history, refreshHistory, undoMark } from './history';
import { select } from './selection';
import { brain, reload } from './store';
import { toast } from './toasts';

/** Runs an edit of the genome. Rejects with the server's refusal; the caller shows it where it belongs. */
async function edit<T>(text: string, call: () => Promise<T>): Promise<T> {
  const before = undoMark(history.value);
  const answer = await call();
  await refreshHistory();
  const after = undoMark(history.value);
  // An edit that changed nothing is not on the list: undoing would take back the one before.
  toast('done', text, after === before ? null : after);
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

export const updateArea = (area: Area, changed: Record<string, unknown>, what: string) =>
  edit(`${area.name}: ${what}. Takes effect from the next burst on.`, () => areas.update(area.id, changed));

export const moveToRegion = (area: Area, parent_region_id: string) =>
  edit(`Moved ${area.name} to ${brain.value.regions.get(parent_region_id)?.title ?? 'another region'}.`, () =>
    areas.update(area.id, { parent_region_id }),
  );

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

/**
 * Adds a custom area and the region that it goes into: both, or neither. Where the region cannot be
 * taken back, because something else was edited meanwhile or nobody knows whether the area was added,
 * `kept` gets its id.
 */
export async function addAreaInNewRegion(
  title: string,
  wish: Omit<areas.NewCustomArea, 'brain_region_id'>,
  kept: (region: string) => void,
): Promise<string> {
  const root = brain.value.root;
  if (!root) throw new Error('The brain has no root region.');
  const { region_id } = await areas.addRegion(title, root, [0, 0, 0]);
  await refreshHistory();
  const mark = undoMark(history.value);
  try {
    return await addCustomArea({ ...wish, brain_region_id: region_id });
  } catch (error) {
    const isRefused = asApiError(error).status >= 400;
    if (!isRefused || !(await takeBack(mark))) {
      await reload();
      kept(region_id);
    }
    throw error;
  }
}

/** Undoes the newest edit without a word, if the undo list is still the one of `mark`. */
async function takeBack(mark: string | null): Promise<boolean> {
  await refreshHistory();
  if (mark === null || undoMark(history.value) !== mark) return false;
  try {
    await genome.undo();
  } catch {
    return false;
  }
  await refreshHistory();
  return true;
}

export const renameRegion = (id: string, region_title: string) =>
  edit(`Renamed the region to ${region_title}.`, () => areas.updateRegion(id, { region_title }));

export const deleteRegion = (id: string, title: string) =>
  edit(`Deleted region ${title}.`, () => areas.removeRegion(id));

export async function setRules(source: Area, target: Area, rules: readonly Rule[]): Promise<void> {
  const existed = brain.value.mappings.some((one) => one.source === source.id && one.target === target.id);
  const verb = rules.length === 0 ? 'Deleted' : existed ? 'Changed' : 'Added';
  const { synapse_count, warnings } = await edit(`${verb} the mapping ${source.name} to ${target.name}.`, () =>
    mappings.setRules(source.id, target.id, rules),
  );
  if (warnings?.length) toast('error', warnings.join(' '));
  else if (synapse_count === 0 && rules.length > 0) toast('error', 'The rules fit no voxel: the mapping has no synapses.');
}

export async function stimulate(area: Area, voxel: Triple): Promise<void> {
  const answer = await engine.stimulate(area.id, [voxel]);
  const place = `voxel ${voxel.join(', ')} of ${area.name}`;
  if (answer.success) toast('done', `The neurons at ${place} fire in the next burst.`);
  else toast('error', `There is no neuron at ${place}.`);
}

export const undo = () => travel('undo');
export const redo = () => travel('redo');

/** Undoes the edit that left the undo list as `mark` says, unless another has come since. */
export async function undoMarked(mark: string): Promise<void> {
  await refreshHistory();
  if (undoMark(history.value) === mark) await undo();
  else toast('error', 'Something else was edited meanwhile, so nothing was undone.');
}

async function travel(way: 'undo' | 'redo'): Promise<void> {
  if (!history.value || history.value[way].length === 0) return;
  await orToast(async () => {
    const answer = await genome[way]();
    toast('done', `${way === 'undo' ? 'Undone' : 'Done again'}: ${answer.label}.`);
    await Promise.all([reload(), refreshHistory()]);
  });
}
