// From the stream to the signals and rings that the page shows. A frame goes to the scene, the counts
// of areas and the raster; records of bursts go to the plots; a changed brain is loaded anew. Without
// a stream the state is polled, so that the page still says what is going on.

import { batch, effect } from '@preact/signals';
import * as engine from '../api/engine';
import { BurstRing, Raster, Stream, streamAddress, type BurstRecords, type EngineState, type Hello, type VoxelFrame } from '../stream';
import { entryCount, entryHighXy, entryHighZ, entryIdHigh, entryIdLow, idText } from '../stream/protocol';
import { Activity } from './activity';
import type { Triple } from '../api/types';
import { Losses } from './drops';
import { connection, engineState, loss, setEngine } from './live-state';
import { rasterArea } from './raster-area';
import { measuredRate } from './rates';
import { Received } from './received';
import { brain, generation, loadError, reload } from './store';

const LOSS_WINDOW_MS = 10_000;
const TELL_MS = 250;
const POLL_MS = 1000;

export const ring = new BurstRing();
export const raster = new Raster();
export const activity = new Activity();
export const received = new Received();

/** Where frames are drawn. */
export interface Screen {
  /** Takes a frame; says with `used` when it has been drawn or dropped. */
  frame(frame: VoxelFrame, used: () => void): void;
  burst(burst: number): void;
  clear(): void;
  /** Frames that a newer one replaced before they were drawn. */
  readonly drops: number;
}

const losses = new Losses(LOSS_WINDOW_MS);
let newest: VoxelFrame | null = null;
let session: number | null = null;
let genomes: number | null = null;
let revision = '';

export function startLive(screen: Screen): Stream {
  const { url, protocols } = streamAddress(window.location);
  const stream = new Stream(url, protocols, {
    connecting: () => {
      const now = connection.value;
      if (now.kind === 'closed') connection.value = { ...now, retryAt: null };
    },
    opened: (protocol) => {
      connection.value = { kind: 'open', protocol };
    },
    closed: ({ retryMs }) => {
      const { value: before } = connection;
      const retryAt = retryMs === null ? null : performance.now() + retryMs;
      // Whether the server answers is asked once a second; until then what it did at the last try holds.
      connection.value = before.kind === 'closed' ? { ...before, retryAt } : { kind: 'closed', retryAt };
    },
    hello: (hello) => greeted(hello, screen),
    state: (state) => stateChanged(state, screen),
    bursts: (records) => recordsCame(records, screen),
    voxels: (frame, used) => {
      frameCame(frame);
      screen.frame(frame, used);
    },
  });
  effect(() => activity.setAreas([...brain.value.areas.keys()]));
  effect(() => raster.setArea(rasterArea.value?.id ?? null, rasterArea.value?.dimensions));
  effect(() => {
    const { paused, loading } = engineState.value;
    stream.setRunning(!paused && !loading);
  });
  document.addEventListener('visibilitychange', () => {
    losses.replaced(performance.now(), screen.drops);
    losses.setHidden(document.hidden);
  });
  losses.setHidden(document.hidden);
  setInterval(() => tell(screen), TELL_MS);
  void poll();
  stream.start();
  return stream;
}

function greeted(hello: Hello, screen: Screen): void {
  if (session !== null && session !== hello.session) forget(screen);
  session = hello.session;
  setEngine({ burst: hello.burst });
}

/** Another run or another brain: what was drawn and counted is not its own, and bursts may count from 1 again. */
function forget(screen: Screen): void {
  screen.clear();
  ring.clear();
  raster.clear();
  activity.clear();
  received.clear();
  newest = null;
  genomes = null;
  revision = '';
}

function stateChanged(state: EngineState, screen: Screen): void {
  if (genomes !== null && genomes !== state.genomes_loaded) forget(screen);
  genomes = state.genomes_loaded;
  setEngine({ paused: state.paused, rateSet: state.rate_hz, loading: state.loading });
  const now = `${session ?? ''} ${state.genomes_loaded} ${state.revision}`;
  // While a genome is loading the answers would be those of the old one.
  if (state.loading || (now === revision && !loadError.value)) return;
  revision = now;
  void reload();
}

function recordsCame(records: BurstRecords, screen: Screen): void {
  ring.push(records);
  const burst = ring.latest('burst');
  if (burst === null) return;
  screen.burst(burst);
  raster.begin(burst);
  if (ring.latest('fired') === 0) activity.quiet(burst);
}

function frameCame(frame: VoxelFrame): void {
  newest = frame;
  activity.take(frame);
  received.add(frame.burst);
  raster.push(frame);
  losses.frame(performance.now(), frame.leftOut);
}

/** Writes what changed many times a second into the signals a few times a second. */
function tell(screen: Screen): void {
  losses.replaced(performance.now(), screen.drops);
  const burst = Math.max(ring.latest('burst') ?? -1, activity.burst ?? -1);
  const rate = engineState.value.paused ? 0 : measuredRate(ring);
  batch(() => {
    if (burst >= 0 && connection.value.kind === 'open') {
      if (burst !== engineState.value.burst) setEngine({ burst });
      if (rate !== engineState.value.rateMeasured) setEngine({ rateMeasured: rate });
    }
    const now = losses.loss(performance.now());
    if (now.dropped !== loss.value.dropped || now.share !== loss.value.share) loss.value = now;
  });
}

let polled: { burst: number; at: number } | null = null;

/** Asks for the state once a second while no stream tells it. */
async function poll(): Promise<void> {
  if (connection.value.kind !== 'open' && !document.hidden) {
    try {
      const now = await engine.status();
      const at = performance.now();
      const seconds = polled ? (at - polled.at) / 1000 : 0;
      const bursts = polled ? now.burst_count - polled.burst : -1;
      setEngine({
        burst: now.burst_count,
        paused: now.paused,
        rateSet: now.frequency_hz,
        rateMeasured: bursts >= 0 && seconds > 0 ? bursts / seconds : engineState.value.rateMeasured,
      });
      polled = { burst: now.burst_count, at };
      reachable(true);
      // The server is back, but its stream is not, or this is the first look at it.
      if (generation.value === 0 || loadError.value) await reload();
    } catch {
      polled = null;
      reachable(false);
    }
  }
  setTimeout(() => void poll(), POLL_MS);
}

function reachable(answers: boolean): void {
  const now = connection.value;
  if (now.kind === 'closed' && now.answers !== answers) connection.value = { ...now, answers };
}

/** The voxels that fired in the newest frame, by area. A voxel in which several neurons fired stands there as often. */
export function firing(): { burst: number; areas: Record<string, Triple[]> } | null {
  if (!newest) return null;
  const frame = newest;
  const areas: Record<string, Triple[]> = {};
  let at = 0;
  for (let entry = 0; entry < frame.entries; entry++) {
    const list = (areas[idText(entryIdLow(frame, entry), entryIdHigh(frame, entry))] ??= []);
    const xy = entryHighXy(frame, entry);
    const [hx, hy, hz] = [(xy & 0xffff) * 65_536, (xy >>> 16) * 65_536, entryHighZ(frame, entry) * 65_536];
    for (const end = at + entryCount(frame, entry); at < end; at++) {
      list.push([hx + (frame.x[at] ?? 0), hy + (frame.y[at] ?? 0), hz + (frame.z[at] ?? 0)]);
    }
  }
  return { burst: frame.burst, areas };
}

/** Voxels of the newest frame. */
export const newestVoxels = (): number => newest?.voxels ?? 0;
export const newestBurst = (): number | null => newest?.burst ?? null;
