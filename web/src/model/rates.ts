// Rates from counters: bursts a second, and what agents send and get a second.

import type { AgentActivity } from '../api/types';
import type { BurstRing } from '../stream/bursts';

/** Bursts a second over the last `windowMs`, or null while there is too little to tell. */
export function measuredRate(ring: BurstRing, windowMs = 2000): number | null {
  if (ring.length < 2) return null;
  // At one burst in three seconds a window of two holds one record; the one before it serves then.
  const first = Math.min(ring.firstWithin(windowMs), ring.length - 2);
  const last = ring.length - 1;
  const ms = ring.value('timeMs', last) - ring.value('timeMs', first);
  const bursts = ring.value('burst', last) - ring.value('burst', first);
  return ms > 0 ? (bursts * 1000) / ms : null;
}

/** The value below which a share of `sorted` lies; NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export interface StreamRate {
  readonly agent: string;
  readonly name: string;
  readonly protocol: string;
  readonly stream: string;
  readonly url: string;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly dropped: number;
  readonly refused: number;
  readonly peers: number;
}

interface Reading {
  readonly at: number;
  readonly agents: readonly AgentActivity[];
}

/** Browsers by a word of how they introduce themselves; most claim to be several, so the order counts. */
const BROWSERS = ['Firefox', 'Edg', 'OPR', 'Chrome', 'Safari'] as const;
const BROWSER_NAMES: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera' };

/** A name for tables: what an agent calls itself, or which browser a viewer is. */
export function nameOf({ agent_id: id, name }: Pick<AgentActivity, 'agent_id' | 'name'>): string {
  if (!id.startsWith('page-')) return name || id;
  const browser = BROWSERS.find((word) => name?.includes(`${word}/`));
  return `${browser ? (BROWSER_NAMES[browser] ?? browser) : 'Viewer'} ${id.slice('page-'.length)}`;
}

/** Rates between two readings of the counters. A counter that fell was started anew: it counts from 0. */
export function streamRates(before: Reading | null, after: Reading): StreamRate[] {
  const seconds = before ? Math.max((after.at - before.at) / 1000, 0.001) : 0;
  const old = new Map(
    before?.agents.flatMap((agent) => agent.streams.map((one) => [`${agent.agent_id} ${one.stream} ${one.url}`, one] as const)) ?? [],
  );
  return after.agents.flatMap((agent) =>
    agent.streams.map((one) => {
      const past = old.get(`${agent.agent_id} ${one.stream} ${one.url}`);
      const rate = (now: number, then: number | undefined) => {
        if (!before || then === undefined) return 0;
        return (now >= then ? now - then : now) / seconds;
      };
      return {
        agent: agent.agent_id,
        name: nameOf(agent),
        protocol: agent.protocol,
        stream: one.stream,
        url: one.url,
        framesPerSecond: rate(one.frames, past?.frames),
        bytesPerSecond: rate(one.bytes, past?.bytes),
        dropped: one.frames_dropped,
        refused: one.frames_refused,
        peers: one.peers,
      };
    }),
  );
}
