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

/** Which stream it is: agents may share a name, and one may have several streams of a kind. */
export const streamKey = (rate: StreamRate): string => `${rate.agent} ${rate.stream} ${rate.url}`;

export interface StreamLine {
  readonly key: string;
  /** No two are called the same. */
  readonly label: string;
}

/** What streams are called in the plot: as shortly as tells them apart. */
function labelled(rates: Iterable<StreamRate>): StreamLine[] {
  const forms: readonly ((rate: StreamRate) => string)[] = [
    (rate) => `${rate.name} ${rate.stream}`,
    (rate) => `${rate.name} ${rate.stream} (${rate.agent})`,
    (rate) => `${rate.name} ${rate.stream} (${rate.agent}, ${rate.url})`,
  ];
  const all = [...new Map([...rates].map((rate) => [streamKey(rate), rate]))];
  return all.map(([key, rate]) => {
    const form = forms.find((one) => all.every(([other, its]) => other === key || one(its) !== one(rate)));
    return { key, label: form?.(rate) ?? key };
  });
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

  /** Streams that had something in the time kept. */
  get lines(): StreamLine[] {
    return labelled([...this.#moments.flatMap(({ rates }) => rates), ...this.now]);
  }

  /** Seconds before now, and frames a second of streams by their keys; null where a stream was not there. */
  history(keys: readonly string[]): (number | null)[][] {
    const newest = this.#moments.at(-1)?.at ?? 0;
    const x = this.#moments.map((moment) => (moment.at - newest) / 1000);
    const at = this.#moments.map(({ rates }) => new Map(rates.map((rate) => [streamKey(rate), rate.framesPerSecond])));
    return [x, ...keys.map((key) => at.map((moment) => moment.get(key) ?? null))];
  }

  *rows(): Generator<Cell[]> {
    for (const { time, rates } of this.#moments) {
      for (const one of rates) {
        yield [new Date(time).toISOString(), one.agent, one.name, one.protocol, one.stream, one.url, one.framesPerSecond, one.bytesPerSecond, one.dropped, one.refused, one.peers];
      }
    }
  }
}
