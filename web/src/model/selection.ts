// What the viewer looks at. Survives reloads of the brain as long as what it names is still there.

import { computed, signal } from '@preact/signals';
import type { Triple } from '../api/types';
import { brain } from './store';

export type Selection =
  | { readonly kind: 'area'; readonly id: string }
  | { readonly kind: 'voxel'; readonly id: string; readonly voxel: Triple }
  | { readonly kind: 'region'; readonly id: string };

const chosen = signal<Selection | null>(null);

export const selection = computed<Selection | null>(() => {
  const now = chosen.value;
  if (!now) return null;
  if (now.kind === 'region') return brain.value.regions.has(now.id) ? now : null;
  const area = brain.value.areas.get(now.id);
  if (!area) return null;
  if (now.kind === 'voxel' && now.voxel.some((at, axis) => at >= (area.dimensions[axis] ?? 0))) {
    return { kind: 'area', id: now.id };
  }
  return now;
});

export const selectedArea = computed(() => {
  const now = selection.value;
  return now && now.kind !== 'region' ? (brain.value.areas.get(now.id) ?? null) : null;
});

export function select(next: Selection | null): void {
  chosen.value = next;
}
