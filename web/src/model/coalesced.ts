// A task that many may ask for and that never runs twice at a time.

export class Coalesced {
  readonly #task: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  /** Resolves after a run that began no earlier than this call. */
  ask(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#task().finally(() => (this.#running = null));
      return this.#running;
    }
    // The run under way may have read what has changed since; one more serves everybody who asks now.
    this.#next ??= this.#running.then(
      () => this.#again(),
      () => this.#again(),
    );
    return this.#next;
  }

  #again(): Promise<void> {
    this.#next = null;
    return this.ask();
  }
}
