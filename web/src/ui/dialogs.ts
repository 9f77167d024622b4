// Which dialog is open.

import { signal } from '@preact/signals';

export type DialogState =
  | { readonly kind: 'add-area' }
  | { readonly kind: 'mapping'; readonly source: string | null; readonly target: string | null; readonly isNew: boolean }
  | { readonly kind: 'genome' }
  | { readonly kind: 'help' }
  | { readonly kind: 'show' };

export const openDialog = signal<DialogState | null>(null);
/** The sheet that is open on a small screen. */
export const sheet = signal<'areas' | 'inspector' | 'plots' | null>(null);
/** Step of the tour; null while it is not shown. */
export const tourStep = signal<number | null>(null);

export function close(): void {
  openDialog.value = null;
}
