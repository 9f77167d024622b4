// Keys for the whole page. Not while something is typed, nor while a dialog is open.

import { redo, undo } from '../model/edits';
import { select } from '../model/selection';
import { stepOnce, togglePause } from './actions';
import { openDialog, sheet } from './dialogs';

export const SHORTCUTS: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ['Space'], does: 'Pause and resume' },
  { keys: ['.'], does: 'Run one burst' },
  { keys: ['Ctrl', 'Z'], does: 'Undo' },
  { keys: ['Ctrl', 'Shift', 'Z'], does: 'Do again' },
  { keys: ['/'], does: 'Search areas' },
  { keys: ['Esc'], does: 'Clear the selection' },
  { keys: ['?'], does: 'This help' },
  { keys: ['↑', '↓'], does: 'In the list: from area to area' },
  { keys: ['Enter'], does: 'In the list: look at the area' },
];

function isTyped(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'file'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Whether Space on the element has a meaning of its own. */
function takesSpace(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, summary, input, a, [role="treeitem"]') !== null;
}

const KEYS: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
  ' ': (event) => {
    if (!takesSpace(event.target)) void togglePause();
  },
  '.': () => void stepOnce(),
  '?': () => (openDialog.value = { kind: 'help' }),
  '/': () => {
    sheet.value = 'areas';
    document.querySelector<HTMLElement>('[data-testid="area-search"]')?.focus();
  },
  Escape: () => {
    select(null);
    sheet.value = null;
  },
};

export function listen(): void {
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || document.querySelector('dialog[open]') || isTyped(event.target)) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== 'z') return;
      event.preventDefault();
      void (event.shiftKey ? redo() : undo());
      return;
    }
    const action = event.altKey ? undefined : KEYS[event.key];
    if (!action) return;
    if (!takesSpace(event.target) || event.key !== ' ') event.preventDefault();
    action(event);
  });
}
