// The loaded brain and what is known about it besides, as signals. Reloads are joined: whoever asks
// while one is under way gets one more after it, however many ask. An edit is told by whoever made it and
// by the stream; the server's count of changes says whether there is anything to be read for the second.

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

/** Which state of which brain stands here. */
let standing = '';

async function load(): Promise<void> {
  try {
    // Asked before the rest: so what is read then is at least as new as what this speaks of.
    const state = await engine.health();
    const now = `${state.feagi_session} ${state.genome_num} ${state.genome_change_sequence}`;
    if (now === standing && !loadError.value) {
      health.value = state;
      await refreshHistory();
      return;
    }
    const [geometry, regions, table, morphologies, counts, name] = await Promise.all([
      areas.geometry(),
      areas.regions(),
      mappings.mappings(),
      mappings.morphologies(),
      ifOffered(mappings.synapseCounts),
      ifOffered(genome.title),
    ]);
    brain.value = assemble({ geometry, regions, mappings: table, morphologies, counts });
    health.value = state;
    title.value = name ?? '';
    loaded.value = true;
    loadError.value = null;
    standing = now;
    generation.value += 1;
    await refreshHistory();
  } catch (error) {
    loadError.value = asApiError(error);
  }
}

const reloads = new Coalesced(load);

/** Loads the brain anew if it has changed; resolves when what it holds is at least as new as the call. */
export const reload = (): Promise<void> => reloads.ask();
