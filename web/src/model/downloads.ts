// What plots remember, as files.

import type { BurstRing } from '../stream/bursts';
import type { Raster } from '../stream/raster';
import { csv, type Cell } from './csv';

export function burstsCsv(ring: BurstRing): string {
  function* rows(): Generator<Cell[]> {
    for (let i = 0; i < ring.length; i++) {
      yield [
        ring.value('burst', i),
        ring.value('fired', i),
        ring.value('durationUs', i),
        ring.value('latenessUs', i),
        ring.value('missed', i),
        ring.value('inputs', i),
        ring.value('timeMs', i),
      ];
    }
  }
  return csv(['burst', 'fired', 'duration_us', 'lateness_us', 'missed', 'inputs', 'time_ms'], rows());
}

export function rasterCsv(raster: Raster): string {
  function* rows(): Generator<Cell[]> {
    for (let i = 0; i < raster.length; i++) yield [raster.burst(i), raster.neuron(i), ...raster.voxel(i)];
  }
  return csv(['burst', 'index', 'x', 'y', 'z'], rows());
}
