// Dropping a file anywhere on the window loads it.

import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { loadFile } from '../model/loading';
import { openDialog } from './dialogs';

const over = signal(false);

function hasFile(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

export function DropTarget() {
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      over.value = true;
    };
    const onLeave = (event: DragEvent) => {
      // Between two elements of the page there is a related target; outside the window there is none.
      if (event.relatedTarget === null) over.value = false;
    };
    const onDrop = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      over.value = false;
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      openDialog.value = { kind: 'genome' };
      void loadFile(file);
    };
    window.addEventListener('dragover', onOver);
    window.addEventListener('dragleave', onLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onOver);
      window.removeEventListener('dragleave', onLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  return over.value ? (
    <div class="drop-over" data-testid="drop-over">
      <p>Drop to load a genome or a saved brain</p>
    </div>
  ) : null;
}
