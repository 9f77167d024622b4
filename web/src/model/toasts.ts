// Short messages at the edge of the page: what was done, with a way back, and what went wrong.

import { signal } from '@preact/signals';

export interface Toast {
  readonly id: number;
  readonly kind: 'done' | 'error';
  readonly text: string;
  /** Number of the edit that this toast can undo; it is offered only while that edit is the newest. */
  readonly undoes: number | null;
}

const LIFE_MS = { done: 7000, error: 12_000 } as const;
const MOST = 4;

export const toasts = signal<readonly Toast[]>([]);
/** Number of the newest edit made on this page. */
export const newestEdit = signal(0);

let ids = 0;

export function toast(kind: Toast['kind'], text: string, undoes: number | null = null): void {
  const id = ++ids;
  toasts.value = [...toasts.value, { id, kind, text, undoes }].slice(-MOST);
  setTimeout(() => dismiss(id), LIFE_MS[kind]);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
