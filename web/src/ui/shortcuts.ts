// Keys for the whole page. Not while something is typed, nor while a dialog is open.

import { redo, undo } from '../model/edits';
import { select } from '../model/selection';
import { stepOnce, togglePause } from './actions';
import { openDialog, sheet } from './dialogs';

export interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

export const SHORTCUTS: readonly { readonly where: string; readonly keys: readonly Shortcut[] }[] = [
  {
    where: 'Everywhere',
    keys: [
      { keys: ['Space'], does: 'Pause and resume' },
      { keys: ['.'], does: 'Run one burst; hold it to run on burst by burst' },
      { keys: ['Ctrl', 'Z'], does: 'Undo' },
      { keys: ['Ctrl', 'Shift', 'Z'], does: 'Do again' },
      { keys: ['/'], does: 'Search areas' },
      { keys: ['Esc'], does: 'Clear the selection' },
      { keys: ['?'], does: 'This help' },
    ],
  },
  {
    where: 'In the view',
    keys: [
      { keys: ['Arrows'], does: 'Turn' },
      { keys: ['Shift', 'Arrows'], does: 'Move' },
      { keys: ['+', '-'], does: 'Come closer, go away' },
      { keys: ['F'], does: 'Look at the selected area' },
      { keys: ['Home', '0'], does: 'Look at all of the brain' },
    ],
  },
  {
    where: 'In the list of areas',
    keys: [
      { keys: ['↑', '↓'], does: 'From area to area' },
      { keys: ['←', '→'], does: 'Close and open a region' },
      { keys: ['A', '…', 'Z'], does: 'To the next area of that name' },
      { keys: ['Enter'], does: 'Look at the area' },
    ],
  },
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

let stepping = false;

/** Held down, the key runs a burst when the one before has run, however fast it repeats. */
function step(repeated: boolean): void {
  if (repeated && stepping) return;
  stepping = true;
  void stepOnce().finally(() => (stepping = false));
}

const KEYS: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
  ' ': (event) => {
    if (!takesSpace(event.target) && !event.repeat) void togglePause();
  },
  '.': (event) => step(event.repeat),
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
      if (event.repeat) return;
      void (event.shiftKey ? redo() : undo());
      return;
    }
    const action = event.altKey ? undefined : KEYS[event.key];
    if (!action) return;
    if (!takesSpace(event.target) || event.key !== ' ') event.preventDefault();
    action(event);
  });
}
