// Which area the raster plot follows: the one chosen there, else the one selected, else one that is
// likely to move.

import { computed, signal } from '@preact/signals';
import { voxelCount } from './brain';
import { selectedArea } from './selection';
import { brain } from './store';

/** The area chosen for the raster; null follows the selection. */
export const chosenRaster = signal<string | null>(null);

/** The chosen area, as long as the brain has it. */
export const chosenArea = computed(() => (chosenRaster.value === null ? null : (brain.value.areas.get(chosenRaster.value) ?? null)));

export const rasterArea = computed(() => {
  const { areas } = brain.value;
  const asked = chosenArea.value ?? selectedArea.value;
  const all = [...areas.values()];
  return asked ?? all.find((area) => area.group === 'custom' && voxelCount(area.dimensions) > 1) ?? all[0] ?? null;
});
