// Sends what is wanted, one after the other: while one is under way only the newest of those that came
// meanwhile is kept, so that no answer overtakes another and none that counts is lost.

export class Latest<T> {
  readonly #send: (value: T) => Promise<boolean>;
  #wanted: { readonly value: T } | null = null;
  #isSending = false;

  /** `send` says whether the value was taken. */
  constructor(send: (value: T) => Promise<boolean>) {
    this.#send = send;
  }

  /** The newest value that is wanted and not known to be taken; null when there is none. */
  get wanted(): T | null {
    return this.#wanted ? this.#wanted.value : null;
  }

  /** Resolves when nothing is under way any more, or at once when somebody else waits for that. */
  async want(value: T): Promise<void> {
    this.#wanted = { value };
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (let sent: { readonly value: T } | null = null; this.#wanted && this.#wanted !== sent; ) {
        sent = this.#wanted;
        // What was built on a refused value is refused with it.
        if (!(await this.#send(sent.value))) break;
      }
    } finally {
      this.#wanted = null;
      this.#isSending = false;
    }
  }
}
