// Of which bursts a frame came: where none did, a plot of voxels knows nothing, which is not silence.

const REMEMBERED = 1024;

export class Received {
  readonly #bursts = new Float64Array(REMEMBERED).fill(-1);

  add(burst: number): void {
    this.#bursts[burst % REMEMBERED] = burst;
  }

  /** Whether a frame of `burst` came; holds for the last 1024 bursts. */
  has(burst: number): boolean {
    return this.#bursts[burst % REMEMBERED] === burst;
  }

  clear(): void {
    this.#bursts.fill(-1);
  }
}
