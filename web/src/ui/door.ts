// `window.feagi`: the page as tests and the curious reach it.

import { brain } from '../model/store';
import { connection, engineState, loss } from '../model/live-state';
import { firing, newestBurst, newestVoxels } from '../model/live';
import * as store from '../model/store';
import type { Scene } from '../scene';
import { syntheticFrame, type Stream } from '../stream';

export interface Door {
  readonly scene: Scene;
  readonly stream: Stream;
  readonly model: typeof store;
  /** What fired in the newest frame, by area. */
  firing(): ReturnType<typeof firing>;
  stats(): Record<string, unknown>;
  /** Draws a made-up frame of `n` voxels, spread over the areas. */
  inject(n: number): void;
}

declare global {
  interface Window {
    feagi?: Door;
  }
}

export function doorFor(scene: Scene, stream: Stream): Door {
  let made = 0;
  return {
    scene,
    stream,
    model: store,
    firing,
    stats: () => ({
      areas: brain.value.areas.size,
      voxels: newestVoxels(),
      burst: newestBurst(),
      engine: engineState.value,
      connection: connection.value.kind,
      dropped: loss.value.dropped,
      stream: stream.counts(),
      decodeMs: scene.stats().updateMs,
      scene: scene.stats(),
      firing,
    }),
    inject(n) {
      made += 1;
      const areas = [...brain.value.areas.values()].map(({ id, dimensions }) => ({ id, dimensions }));
      scene.frame(syntheticFrame(areas, n, (newestBurst() ?? 0) + made));
    },
  };
}
