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
