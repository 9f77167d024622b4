// A slot is a small number that stands for an area in the instance buffers: 16 bits a voxel instead of
// an id of 64, and the index at which the shader finds where the area stands. Where an area is longer
// than 65 536 voxels, each of its 65 536-blocks has a slot of its own.

import { idWords } from './protocol';

/** The slot of voxels that are not drawn because their area is not known. */
export const UNKNOWN_SLOT = 0;
const MOST_SLOTS = 65536;
const NONE: ReadonlySet<number> = new Set();

/** One slot: an area, and which 65 536-block of it. */
export interface Slot {
  /** Index of the area in the list that `setAreas` was given; -1 when the area is gone. */
  area: number;
  readonly block: readonly [number, number, number];
}

// Cortical ids are two words, so that a map of maps finds one without making a string a frame.
export class SlotTable {
  private readonly byText = new Map<string, number>();
  private readonly byId = new Map<number, Map<number, number>>();
  private readonly blocks = new Map<number, Map<number, number>>();
  private readonly list: (Slot | null)[] = [null];
  /** Numbers that nobody has any more. */
  private readonly free: number[] = [];
  /** Grows whenever slots were added or changed. */
  generation = 0;

  /** All slots by number; slot 0 is nobody's. */
  get slots(): readonly (Slot | null)[] {
    return this.list;
  }

  /**
   * Says which areas there are. An area keeps its slot while it comes back under the same id, so that
   * voxels that are already in buffers stay right when an area is moved. The slots of areas that are gone
   * are given to others, but for those `inUse`: their voxels still stand in a buffer.
   */
  setAreas(ids: readonly string[], inUse: ReadonlySet<number> = NONE): void {
    for (const slot of this.list) if (slot) slot.area = -1;
    const there = new Set(ids);
    for (const [id, first] of this.byText) if (!there.has(id)) this.release(id, first, inUse);
    ids.forEach((id, area) => {
      const known = this.byText.get(id) ?? this.add(id);
      if (known === UNKNOWN_SLOT) return;
      this.list[known]!.area = area;
      for (const slot of this.blocks.get(known)?.values() ?? []) this.list[slot]!.area = area;
    });
    this.generation++;
  }

  /** The slot of an area's block; `UNKNOWN_SLOT` when the area is not known. */
  find(low: number, high: number, highXy: number, highZ: number): number {
    const slot = this.byId.get(low)?.get(high);
    if (slot === undefined || this.list[slot]!.area < 0) return UNKNOWN_SLOT;
    if (highXy === 0 && highZ === 0) return slot;
    return this.block(slot, highXy, highZ);
  }

  private add(id: string): number {
    const words = idWords(id);
    if (!words) return UNKNOWN_SLOT;
    const slot = this.take({ area: -1, block: [0, 0, 0] });
    if (slot === UNKNOWN_SLOT) return UNKNOWN_SLOT;
    this.byText.set(id, slot);
    let inner = this.byId.get(words.low);
    if (!inner) this.byId.set(words.low, (inner = new Map<number, number>()));
    inner.set(words.high, slot);
    return slot;
  }

  /** A number for a slot; `UNKNOWN_SLOT` when all are taken. */
  private take(slot: Slot): number {
    const number = this.free.pop();
    if (number !== undefined) {
      this.list[number] = slot;
      return number;
    }
    return this.list.length >= MOST_SLOTS ? UNKNOWN_SLOT : this.list.push(slot) - 1;
  }

  private release(id: string, first: number, inUse: ReadonlySet<number>): void {
    const all = [first, ...(this.blocks.get(first)?.values() ?? [])];
    if (all.some((slot) => inUse.has(slot))) return;
    const words = idWords(id)!;
    this.byText.delete(id);
    this.byId.get(words.low)?.delete(words.high);
    if (this.byId.get(words.low)?.size === 0) this.byId.delete(words.low);
    this.blocks.delete(first);
    for (const slot of all) this.list[slot] = null;
    this.free.push(...all);
  }

  private block(first: number, highXy: number, highZ: number): number {
    let inner = this.blocks.get(first);
    if (!inner) this.blocks.set(first, (inner = new Map<number, number>()));
    const key = highXy * 65536 + highZ;
    const known = inner.get(key);
    if (known !== undefined) return known;
    const slot = this.take({ area: this.list[first]!.area, block: [highXy & 0xffff, highXy >>> 16, highZ] });
    if (slot === UNKNOWN_SLOT) return UNKNOWN_SLOT;
    inner.set(key, slot);
    this.generation++;
    return slot;
  }
}
