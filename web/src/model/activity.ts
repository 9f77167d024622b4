// How many neurons of each area fired in the newest burst that is known.

import { entryCount, entryIdHigh, entryIdLow, idWords, type VoxelFrame } from '../stream/protocol';

export class Activity {
  readonly #slots = new Map<number, Map<number, number>>();
  readonly #index = new Map<string, number>();
  #counts = new Uint32Array(0);
  /** Burst that the counts belong to; null before the first. */
  burst: number | null = null;

  setAreas(ids: readonly string[]): void {
    const before = new Map([...this.#index].map(([id, slot]) => [id, this.#counts[slot] ?? 0]));
    this.#slots.clear();
    this.#index.clear();
    this.#counts = new Uint32Array(ids.length);
    ids.forEach((id, slot) => {
      this.#index.set(id, slot);
      this.#counts[slot] = before.get(id) ?? 0;
      const words = idWords(id);
      if (!words) return;
      const inner = this.#slots.get(words.low) ?? new Map<number, number>();
      inner.set(words.high, slot);
      this.#slots.set(words.low, inner);
    });
  }

  take(frame: VoxelFrame): void {
    this.#counts.fill(0);
    for (let entry = 0; entry < frame.entries; entry++) {
      const slot = this.#slots.get(entryIdLow(frame, entry))?.get(entryIdHigh(frame, entry));
      if (slot !== undefined) this.#counts[slot] = (this.#counts[slot] ?? 0) + entryCount(frame, entry);
    }
    this.burst = frame.burst;
  }

  /** Says that nothing fired in `burst`: for such bursts no frame comes. */
  quiet(burst: number): void {
    if (this.burst !== null && burst <= this.burst) return;
    this.#counts.fill(0);
    this.burst = burst;
  }

  clear(): void {
    this.#counts.fill(0);
    this.burst = null;
  }

  fired(id: string): number {
    const slot = this.#index.get(id);
    return slot === undefined ? 0 : (this.#counts[slot] ?? 0);
  }
}

/** Width of an activity bar, 0 to 1. The root lifts small shares, so that one neuron of many is seen. */
export function barWidth(fired: number, neurons: number): number {
  if (fired === 0 || neurons === 0) return 0;
  return Math.max(0.03, Math.min(1, Math.sqrt(fired / neurons)));
}
