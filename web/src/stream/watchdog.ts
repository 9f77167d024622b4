// Tells when a connection has gone silent. A network that is cut tells nobody: the socket stays open,
// and what should come does not. While bursts run, their records come many times a second or once a
// burst, so silence for several bursts means that the connection is dead.

/** The clock, which tests turn by hand. */
export interface Timers {
  now(): number;
  setTimer(run: () => void, ms: number): unknown;
  clearTimer(timer: unknown): void;
}

const LEAST_MS = 10_000;
/** When the network has just come back, a connection that lived through it is heard of soon. */
const HURRY_MS = 3000;
const BURSTS = 3;
/** A longer timer would run at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A timer that is later than this was not asked for: the page or the whole computer slept. */
const ASLEEP_MS = 2000;

export class Watchdog {
  private timer: unknown = null;
  private due = 0;
  private heardAt = 0;
  private limitMs = LEAST_MS;
  private burstMs = 0;
  private slowestMs = 0;
  private quiet = false;
  private open = false;

  constructor(private readonly timers: Timers, private readonly silent: () => void) {}

  /** A connection has been opened. */
  start(): void {
    this.burstMs = this.slowestMs = 0;
    this.quiet = false;
    this.open = true;
    this.heard();
    this.arm();
  }

  stop(): void {
    this.open = false;
    this.disarm();
  }

  /** Something came. */
  heard(): void {
    this.heardAt = this.timers.now();
    this.limitMs = this.patience();
  }

  /** How often bursts run. */
  expect(rateHz: number): void {
    this.burstMs = rateHz > 0 ? 1000 / rateHz : 0;
    this.limitMs = this.patience();
    this.arm();
  }

  /** Says whether no bursts run for now, so that silence means nothing. */
  setQuiet(quiet: boolean): void {
    if (quiet === this.quiet) return;
    this.quiet = quiet;
    this.heard();
    this.arm();
  }

  /** A burst took this long: a brain that is slower than its rate is not a dead one. */
  took(ms: number): void {
    this.slowestMs = Math.max(ms, this.slowestMs * 0.9);
    this.limitMs = this.patience();
  }

  /** The network has come back: what was open may be dead. */
  hurry(): void {
    if (!this.open || this.quiet) return;
    this.heardAt = this.timers.now();
    this.limitMs = Math.max(HURRY_MS, this.bursts());
    this.arm();
  }

  private bursts(): number {
    return BURSTS * Math.max(this.burstMs, this.slowestMs);
  }

  private patience(): number {
    return Math.max(LEAST_MS, this.bursts());
  }

  private arm(): void {
    this.disarm();
    if (!this.open || this.quiet) return;
    const now = this.timers.now();
    const wait = Math.min(Math.max(0, this.heardAt + this.limitMs - now), LONGEST_TIMER_MS);
    this.due = now + wait;
    this.timer = this.timers.setTimer(() => this.look(), wait);
  }

  private disarm(): void {
    if (this.timer !== null) this.timers.clearTimer(this.timer);
    this.timer = null;
  }

  private look(): void {
    const now = this.timers.now();
    if (now - this.due > ASLEEP_MS) {
      // What came meanwhile may still wait to be handed over.
      this.heardAt = now;
      this.limitMs = Math.max(HURRY_MS, this.bursts());
    } else if (now - this.heardAt >= this.limitMs) {
      this.stop();
      this.silent();
      return;
    }
    this.arm();
  }
}
