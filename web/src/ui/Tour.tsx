// Five steps for whoever is here for the first time. Each points at a part of the page.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { change } from '../model/settings';
import { sheet, tourStep } from './dialogs';

interface Step {
  readonly part: string;
  readonly sheet: 'areas' | 'inspector' | 'plots' | null;
  readonly title: string;
  readonly text: string;
}

export const STEPS: readonly Step[] = [
  {
    part: 'areas',
    sheet: 'areas',
    title: 'Cortical areas',
    text: 'A brain is made of areas: boxes of voxels that hold neurons. They are listed here by region. The bar under each shows how much of it fires.',
  },
  {
    part: 'firing',
    sheet: null,
    title: 'Firing',
    text: 'The brain runs in steps called bursts. In each burst some neurons fire and light up in the view; the colour tells how high their potential was. Pause with Space, step with the full stop.',
  },
  {
    part: 'inspector',
    sheet: 'inspector',
    title: 'Inspector',
    text: 'Select an area or a voxel to see its state here, and change its parameters. Changes take effect with the next burst.',
  },
  {
    part: 'plots',
    sheet: 'plots',
    title: 'Plots',
    text: 'How much fires over time, which voxels of an area, how long bursts take, and what agents send. Each can be saved as CSV or as a picture.',
  },
  {
    part: 'do',
    sheet: null,
    title: 'Your turn',
    text: 'Load a genome or drop one on the page, add areas, connect them, make a voxel fire. Every edit of the brain can be undone with Ctrl+Z.',
  },
];

interface Place {
  readonly hole: DOMRect;
  readonly top: number;
  readonly left: number;
}

const WIDTH = 320;
const HEIGHT = 210;
const EDGE = 12;

/** Where the card stands: beside what it speaks of, inside the window. */
function placeBeside(hole: DOMRect): Place {
  const { innerWidth, innerHeight } = window;
  const width = Math.min(WIDTH, innerWidth - EDGE * 2);
  const clamp = (value: number, most: number) => Math.max(EDGE, Math.min(value, most - EDGE));
  const right = hole.right + EDGE + width < innerWidth;
  const left = !right && hole.left - EDGE - width > 0;
  if (right || left) {
    return { hole, left: right ? hole.right + EDGE : hole.left - EDGE - width, top: clamp(hole.top + 24, innerHeight - HEIGHT) };
  }
  const below = hole.bottom + EDGE + HEIGHT < innerHeight;
  const top = below ? hole.bottom + EDGE : clamp(hole.top - EDGE - HEIGHT, innerHeight - HEIGHT);
  return { hole, left: clamp(hole.left, innerWidth - width), top };
}

export function Tour() {
  const at = tourStep.value;
  return at === null ? null : <TourStep key={at} at={at} />;
}

function end(): void {
  tourStep.value = null;
  sheet.value = null;
  change({ tourSeen: true });
}

function TourStep({ at }: { at: number }) {
  const step = STEPS[at]!;
  const dialog = useRef<HTMLDialogElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  const [place, setPlace] = useState<Place | null>(null);
  useLayoutEffect(() => {
    sheet.value = step.sheet;
    const before = document.activeElement;
    dialog.current?.showModal();
    next.current?.focus();
    const find = () => {
      const part = document.querySelector(`[data-tour="${step.part}"]`);
      if (part) setPlace(placeBeside(part.getBoundingClientRect()));
    };
    // A sheet that has just been opened has its place after the next layout.
    const asked = requestAnimationFrame(find);
    const later = setTimeout(find, 350);
    window.addEventListener('resize', find);
    return () => {
      cancelAnimationFrame(asked);
      clearTimeout(later);
      window.removeEventListener('resize', find);
      dialog.current?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const last = at === STEPS.length - 1;
  const hole = place?.hole;
  return (
    <dialog
      ref={dialog}
      class="tour"
      aria-labelledby="tour-title"
      aria-describedby="tour-text"
      data-testid="tour"
      style={place ? { top: `${place.top}px`, left: `${place.left}px` } : {}}
      onCancel={(event) => (event.preventDefault(), end())}
    >
      {hole && <span class="tour-hole" aria-hidden="true" style={{ top: `${hole.top}px`, left: `${hole.left}px`, width: `${hole.width}px`, height: `${hole.height}px` }} />}
      <div class="tour-card">
        <p class="muted numbers" data-testid="tour-step">
          {at + 1} of {STEPS.length}
        </p>
        <h2 id="tour-title">{step.title}</h2>
        <p id="tour-text">{step.text}</p>
        <div class="tour-foot">
          <button type="button" class="button quiet" data-testid="tour-skip" onClick={end}>
            Skip
          </button>
          <span class="grow" />
          {at > 0 && (
            <button type="button" class="button" data-testid="tour-back" onClick={() => (tourStep.value = at - 1)}>
              Back
            </button>
          )}
          <button ref={next} type="button" class="button primary" data-testid="tour-next" onClick={() => (last ? end() : (tourStep.value = at + 1))}>
            {last ? 'Done' : 'Next'}
          </button>
        </div>
      </div>
    </dialog>
  );
}
