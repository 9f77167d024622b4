// Loading genomes and brains from files or by name, and saving them.

import { signal } from '@preact/signals';
import { asApiError, type ApiError } from '../api/client';
import * as genome from '../api/genome';
import type { LoadAnswer } from '../api/types';
import { nameFor, saveBlob } from './save';
import { reload } from './store';
import { toast } from './toasts';

export type Loading =
  | { readonly kind: 'idle' }
  /** `share` is what has gone out, 0 to 1; null while it cannot be told, as when the brain is developed. */
  | { readonly kind: 'busy'; readonly name: string; readonly share: number | null }
  | { readonly kind: 'done'; readonly name: string; readonly text: string; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly name: string; readonly text: string }
  /** No answer came: the server may have loaded it, or go on loading it. */
  | { readonly kind: 'unknown'; readonly name: string; readonly text: string };

export const loading = signal<Loading>({ kind: 'idle' });

export function isBrain(name: string): boolean {
  return name.toLowerCase().endsWith('.connectome');
}

export function loadFile(file: File): Promise<void> {
  const send = isBrain(file.name) ? genome.uploadBrain : genome.uploadGenome;
  return load(file.name, (progress) => send(file, progress));
}

export function loadBuiltIn(name: string): Promise<void> {
  return load(name, () => genome.loadBuiltIn(name));
}

async function load(name: string, send: (progress: (share: number) => void) => Promise<LoadAnswer>): Promise<void> {
  if (loading.value.kind === 'busy') {
    toast('error', `${name} was not loaded: ${loading.value.name} is still being loaded.`);
    return;
  }
  loading.value = { kind: 'busy', name, share: null };
  try {
    const answer = await send((share) => {
      loading.value = { kind: 'busy', name, share: share < 1 ? share : null };
    });
    await reload();
    loading.value = { kind: 'done', name, text: summary(answer), warnings: warningsOf(answer) };
  } catch (error) {
    loading.value = failure(name, asApiError(error));
    if (loading.value.kind === 'unknown') await reload();
  }
}

/** Only an answer that says so is a refusal. */
export function failure(name: string, { status, message }: ApiError): Loading {
  return { kind: status >= 400 ? 'refused' : 'unknown', name, text: message };
}

export function summary(answer: LoadAnswer): string {
  const parts: string[] = [];
  if (answer.cortical_area_count !== undefined) parts.push(`${answer.cortical_area_count} areas`);
  if (answer.brain_region_count !== undefined) parts.push(`${answer.brain_region_count} regions`);
  const what = parts.length > 0 ? ` with ${parts.join(' in ')}` : '';
  return `${answer.genome_title || 'The brain'} runs now${what}.`;
}

/** Warnings of the answer as sentences; each may be a text or an object with place and message. */
export function warningsOf(answer: LoadAnswer): string[] {
  return (answer.warnings ?? []).map((warning) => {
    if (typeof warning !== 'object' || warning === null) return String(warning);
    const { place, message } = warning as { place?: unknown; message?: unknown };
    return [place, message].filter((part) => part !== undefined).join(': ') || JSON.stringify(warning);
  });
}

export function saveGenome(): Promise<void> {
  return save('genome', genome.downloadGenome);
}

export function saveBrain(): Promise<void> {
  return save('connectome', genome.downloadBrain);
}

async function save(extension: 'genome' | 'connectome', ask: () => Promise<Blob>): Promise<void> {
  try {
    const blob = await ask();
    const name = nameFor('', extension);
    saveBlob(blob, name);
    toast('done', `Saved ${name}.`);
  } catch (error) {
    toast('error', asApiError(error).message);
  }
}
