// What can be undone and done again. The server keeps the list; the page shows it.

import { signal } from '@preact/signals';
import { asApiError } from '../api/client';
import * as genome from '../api/genome';
import type { ChangeLists } from '../api/types';

/** Null where the server keeps no such list. */
export const history = signal<ChangeLists | null>(null);

export async function refreshHistory(): Promise<void> {
  try {
    history.value = await genome.undoable();
  } catch (error) {
    if (asApiError(error).missing) history.value = null;
  }
}

/**
 * Tells one state of the undo list from another, so that whoever offers to undo an edit sees whether
 * it is still the newest. Null where there is nothing to undo.
 */
export function undoMark(lists: ChangeLists | null): string | null {
  return lists && lists.undo.length > 0 ? JSON.stringify(lists.undo) : null;
}

/** The text on an undo or redo button. `labels` is newest first, null when the server offers none. */
export function historyTitle(verb: 'Undo' | 'Redo', labels: readonly string[] | null, keys: string): string {
  if (!labels) return `${verb} is not offered by this server`;
  const newest = labels[0];
  if (newest === undefined) return verb === 'Undo' ? 'Nothing to undo' : 'Nothing to redo';
  return `${verb}: ${newest} (${keys})`;
}
