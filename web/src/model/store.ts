// The loaded brain and what is known about it besides, as signals. Reloads are joined: whoever asks
// while one is under way gets one more after it, however many ask.

import { signal } from '@preact/signals';
import * as areas from '../api/areas';
import { asApiError, type ApiError } from '../api/client';
import * as engine from '../api/engine';
import * as genome from '../api/genome';
import * as mappings from '../api/mappings';
import type { Health } from '../api/types';
import { assemble, EMPTY, type Brain } from './brain';
import { Coalesced } from './coalesced';
import { refreshHistory } from './history';

export const brain = signal<Brain>(EMPTY);
export const loaded = signal(false);
export const health = signal<Health | null>(null);
export const title = signal('');
export const loadError = signal<ApiError | null>(null);
/** Goes up with every reload, for views that load more than what stands here. */
export const generation = signal(0);
/** Endpoints that the page would use and the server does not have, as sentences. */
export const notOffered = signal<ReadonlySet<string>>(new Set());

/** Runs `call`; when the server has no such endpoint, notes that and gives null. */
export async function ifOffered<T>(call: () => Promise<T>): Promise<T | null> {
  try {
    return await call();
  } catch (error) {
    const told = asApiError(error);
    if (!told.missing) throw error;
    if (!notOffered.value.has(told.message)) notOffered.value = new Set([...notOffered.value, told.message]);
    return null;
  }
}

async function load(): Promise<void> {
  try {
    const [geometry, regions, table, morphologies, counts, state, name] = await Promise.all([
      areas.geometry(),
      areas.regions(),
      mappings.mappings(),
      mappings.morphologies(),
      ifOffered(mappings.synapseCounts),
      engine.health(),
      ifOffered(genome.title),
    ]);
    brain.value = assemble({ geometry, regions, mappings: table, morphologies, counts });
    health.value = state;
    title.value = name ?? '';
    loaded.value = true;
    loadError.value = null;
    generation.value += 1;
    await refreshHistory();
  } catch (error) {
    loadError.value = asApiError(error);
  }
}

const reloads = new Coalesced(load);

/** Loads the brain anew; resolves when what it holds is at least as new as the call. */
export const reload = (): Promise<void> => reloads.ask();
