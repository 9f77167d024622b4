// The messages at the lower edge, with undo where it still means what it says.

import { undo } from '../model/edits';
import { history } from '../model/history';
import { dismiss, newestEdit, toasts } from '../model/toasts';
import { Icon } from './icons';

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
      {toasts.value.map((one) => (
        <div key={one.id} class={`toast ${one.kind}`} data-testid={`toast-${one.kind}`}>
          <span>{one.text}</span>
          {one.undoes !== null && one.undoes === newestEdit.value && history.value && (
            <button
              type="button"
              class="button quiet"
              data-testid="toast-undo"
              onClick={() => {
                dismiss(one.id);
                void undo();
              }}
            >
              Undo
            </button>
          )}
          <button type="button" class="button quiet icon" aria-label="Dismiss" onClick={() => dismiss(one.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
