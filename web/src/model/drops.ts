// How many frames the viewer did not get, over the last seconds.

interface Entry {
  readonly at: number;
  readonly drawn: number;
  readonly dropped: number;
}

export interface Loss {
  readonly dropped: number;
  /** Of all frames there were, 0 to 1. */
  readonly share: number;
}

export class LossWindow {
  readonly #windowMs: number;
  #entries: Entry[] = [];
  #drawn = 0;
  #dropped = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(at: number, drawn: number, dropped: number): void {
    this.#entries.push({ at, drawn, dropped });
    this.#drawn += drawn;
    this.#dropped += dropped;
    this.#forget(at);
  }

  loss(now: number): Loss {
    this.#forget(now);
    const all = this.#drawn + this.#dropped;
    return { dropped: this.#dropped, share: all > 0 ? this.#dropped / all : 0 };
  }

  #forget(now: number): void {
    let old = 0;
    for (const entry of this.#entries) {
      if (entry.at > now - this.#windowMs) break;
      this.#drawn -= entry.drawn;
      this.#dropped -= entry.dropped;
      old += 1;
    }
    if (old > 0) this.#entries = this.#entries.slice(old);
  }
}

/** Frames that were asked for when the page was shown again and that may tell of those it missed while hidden. */
const ASKED_ON_RETURN = 2;

/**
 * What a viewer missed while it could look. A hidden page asks for nothing, so what is left out then, and
 * told by the first frames afterwards, is no loss.
 */
export class Losses {
  readonly #window: LossWindow;
  #hidden = false;
  #excused = 0;
  #replaced = 0;

  constructor(windowMs: number) {
    this.#window = new LossWindow(windowMs);
  }

  setHidden(hidden: boolean): void {
    this.#hidden = hidden;
    this.#excused = hidden ? 0 : ASKED_ON_RETURN;
  }

  /** A frame came; the server says how many it left out before it. */
  frame(at: number, leftOut: number): void {
    if (this.#hidden) return;
    const excused = this.#excused > 0;
    if (excused) this.#excused -= 1;
    this.#window.add(at, 1, excused ? 0 : leftOut);
  }

  /** `total` frames were replaced by newer ones before they were drawn, all in all; they had been counted as drawn. */
  replaced(at: number, total: number): void {
    const overtaken = total - this.#replaced;
    this.#replaced = total;
    if (overtaken > 0 && !this.#hidden) this.#window.add(at, -overtaken, overtaken);
  }

  loss(now: number): Loss {
    return this.#window.loss(now);
  }
}
