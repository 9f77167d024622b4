// The messages at the lower edge, with undo where it still means what it says.

import { undoMarked } from '../model/edits';
import { history, undoMark } from '../model/history';
import { dismiss, toasts } from '../model/toasts';
import { Icon } from './icons';

export function Toasts() {
  const mark = undoMark(history.value);
  return (
    <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
      {toasts.value.map(({ id, kind, text, undoes }) => (
        <div key={id} class={`toast ${kind}`} data-testid={`toast-${kind}`}>
          <span>{text}</span>
          {undoes !== null && undoes === mark && (
            <button
              type="button"
              class="button quiet"
              data-testid="toast-undo"
              onClick={() => {
                dismiss(id);
                void undoMarked(undoes);
              }}
            >
              Undo
            </button>
          )}
          <button type="button" class="button quiet icon" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
