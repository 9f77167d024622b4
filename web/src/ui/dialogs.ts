// Which dialog is open.

import { signal } from '@preact/signals';
import { asApiError, type ApiError } from '../api/client';
import { toast } from '../model/toasts';
import { asSentence } from '../model/validate';

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

/**
 * What a dialog submits may be answered when people have closed it, and opened another. Closes the one
 * that asked if `call` succeeds while it is still open. A refusal goes to `refused` as long as there is
 * a form to show it, and is a toast afterwards.
 */
export async function submitFrom(call: () => Promise<void>, refused: (error: ApiError) => void): Promise<void> {
  const own = openDialog.value;
  try {
    await call();
    if (openDialog.value === own) close();
  } catch (thrown) {
    const error = asApiError(thrown);
    if (openDialog.value === own) refused(error);
    else toast('error', [error.message, ...Object.values(error.fields).map(asSentence)].filter(isNew).join(' '));
  }
}

function isNew(text: string, at: number, all: readonly string[]): boolean {
  return all.indexOf(text) === at;
}
