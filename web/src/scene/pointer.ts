// Pointer and keys on the canvas, told apart into what people mean by them.

const CLICK_PIXELS = 5;
const CLICK_MS = 500;

export interface Gestures {
  /** A click that was no drag, in CSS pixels of the canvas. The second of a double click is none of its own. */
  click(x: number, y: number): void;
  doubleClick(x: number, y: number): void;
  /** The pointer rests or moves without a button; null when it has left. */
  hover(at: { x: number; y: number } | null): void;
  /** A key on the canvas; true when it meant something. */
  key(event: KeyboardEvent): boolean;
}

/** Listens until the function that is returned is called. */
export function listen(canvas: HTMLCanvasElement, gestures: Gestures): () => void {
  let down: { x: number; y: number; at: number } | null = null;
  const pointers = new Set<number>();
  const place = (event: MouseEvent) => {
    const rect = canvas.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  };
  const handlers = {
    pointerdown(event: PointerEvent) {
      pointers.add(event.pointerId);
      // A second finger makes it a pinch.
      down = event.button === 0 && pointers.size === 1 ? { ...place(event), at: event.timeStamp } : null;
      gestures.hover(null);
    },
    pointerup(event: PointerEvent) {
      pointers.delete(event.pointerId);
    },
    click(event: MouseEvent) {
      const start = down;
      down = null;
      if (!start || event.detail > 1 || event.timeStamp - start.at > CLICK_MS) return;
      const { x, y } = place(event);
      if (Math.hypot(x - start.x, y - start.y) <= CLICK_PIXELS) gestures.click(x, y);
    },
    pointercancel(event: PointerEvent) {
      pointers.delete(event.pointerId);
      down = null;
    },
    pointermove(event: PointerEvent) {
      if (event.buttons === 0 && event.pointerType !== 'touch') gestures.hover(place(event));
    },
    pointerleave(event: PointerEvent) {
      pointers.delete(event.pointerId);
      gestures.hover(null);
    },
    dblclick(event: MouseEvent) {
      const { x, y } = place(event);
      gestures.doubleClick(x, y);
    },
    keydown(event: KeyboardEvent) {
      if (gestures.key(event)) event.preventDefault();
    },
  };
  const entries = Object.entries(handlers) as [string, EventListener][];
  for (const [name, handler] of entries) canvas.addEventListener(name, handler);
  return () => {
    for (const [name, handler] of entries) canvas.removeEventListener(name, handler);
  };
}
