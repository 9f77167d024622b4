// Rates of agents over the last minutes, from counters that are read once a second.

import type { AgentActivity } from '../api/types';
import type { Cell } from './csv';
import { streamRates, type StreamRate } from './rates';

const KEPT = 180;

interface Moment {
  /** Milliseconds of the page's clock, for the plot. */
  readonly at: number;
  /** Milliseconds since 1970, for the download. */
  readonly time: number;
  readonly rates: readonly StreamRate[];
}

/** What a stream is called in the plot. */
export function streamLabel(rate: StreamRate): string {
  return `${rate.name} ${rate.stream}`;
}

export class AgentRates {
  #before: { at: number; agents: readonly AgentActivity[] } | null = null;
  #moments: Moment[] = [];
  agents = 0;
  now: readonly StreamRate[] = [];
  version = 0;

  take(at: number, time: number, agents: readonly AgentActivity[]): void {
    this.now = streamRates(this.#before, { at, agents });
    // The first reading has nothing to be compared with: its rates would be a false 0.
    if (this.#before) this.#moments = [...this.#moments, { at, time, rates: this.now }].slice(-KEPT);
    this.#before = { at, agents };
    this.agents = agents.length;
    this.version += 1;
  }

  /** Streams that had something in the time kept, by name. */
  get names(): string[] {
    const names = new Set<string>();
    for (const moment of this.#moments) for (const rate of moment.rates) names.add(streamLabel(rate));
    for (const rate of this.now) names.add(streamLabel(rate));
    return [...names];
  }

  /** Seconds before now, and frames a second of the first `series` streams; null where a stream was not there. */
  history(series: number): (number | null)[][] {
    const names = this.names.slice(0, series);
    const newest = this.#moments.at(-1)?.at ?? 0;
    const x = this.#moments.map((moment) => (moment.at - newest) / 1000);
    const lines = names.map((name) =>
      this.#moments.map((moment) => moment.rates.find((rate) => streamLabel(rate) === name)?.framesPerSecond ?? null),
    );
    return [x, ...lines];
  }

  *rows(): Generator<Cell[]> {
    for (const { time, rates } of this.#moments) {
      for (const one of rates) {
        yield [new Date(time).toISOString(), one.agent, one.name, one.protocol, one.stream, one.framesPerSecond, one.bytesPerSecond, one.dropped, one.refused, one.peers];
      }
    }
  }
}
