// Short messages at the edge of the page: what was done, with a way back, and what went wrong.

import { signal } from '@preact/signals';

export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'error';
  readonly text: string;
  /** The mark of the undo list right after the edit that this toast can undo; null when it can undo none. */
  readonly undoes: string | null;
}

const LIFE_MS = { done: 7000, error: 12_000 } as const;
const MOST = 4;

export const toasts = signal<readonly Toast[]>([]);

let ids = 0;

/** Shows a message for a while. Of those that offer to undo, only the newest goes on offering it. */
export function toast(kind: Toast['kind'], text: string, undoes: string | null = null): void {
  const id = ++ids;
  const others = undoes === null ? toasts.value : toasts.value.map((one) => ({ ...one, undoes: null }));
  toasts.value = [...others, { id, kind, text, undoes }].slice(-MOST);
  setTimeout(() => dismiss(id), LIFE_MS[kind]);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
