// How many neurons fired in each burst.

import { signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { decimate } from '../model/decimate';
import { burstsCsv } from '../model/downloads';
import { compact } from '../model/format';
import { ring } from '../model/live';
import { nameFor, savePicture, saveText } from '../model/save';
import { LinePlot, type Line } from './LinePlot';
import { PlotHead } from './Plots';
import { TotalNow } from './TotalNow';

const LINES: readonly Line[] = [{ label: 'fired', color: '--accent', fill: true }];
const MOST_POINTS = 900;

const SPANS: readonly { readonly label: string; readonly ms: number }[] = [
  { label: '10 s', ms: 10_000 },
  { label: '1 min', ms: 60_000 },
  { label: '5 min', ms: 300_000 },
];

/** How far back the plots over bursts look. */
export const span = signal(60_000);

export function SpanChoice() {
  return (
    <span class="spans" role="group" aria-label="Time shown">
      {SPANS.map(({ label, ms }) => (
        <button key={ms} type="button" class="chip" aria-pressed={span.value === ms} onClick={() => (span.value = ms)}>
          {label}
        </button>
      ))}
    </span>
  );
}

export const burstVersion = () => ring.version;

/** Columns of the ring as points, no more of them than a plot has room for. */
export function burstPoints(columns: readonly ((index: number) => number)[]): uPlot.AlignedData {
  const first = ring.firstWithin(span.value);
  const { x, y } = decimate(
    ring.length - first,
    MOST_POINTS,
    (index) => ring.value('burst', first + index),
    columns.map((column) => (index: number) => column(first + index)),
  );
  return [x, ...y];
}

const fired = (index: number) => ring.value('fired', index);

export function FiringPlot() {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  return (
    <>
      <PlotHead
        name="firing"
        onCsv={() => saveText(burstsCsv(ring), 'text/csv', nameFor('firing', 'csv'))}
        onPng={() => canvas.current && savePicture(canvas.current, 'Neurons fired in each burst', nameFor('firing', 'png'))}
      >
        <SpanChoice />
        <TotalNow version={burstVersion} read={() => (ring.length > 0 ? `${compact(ring.latest('fired') ?? 0)} neurons fired in the newest burst` : 'Waiting for bursts')} />
      </PlotHead>
      <LinePlot lines={LINES} label="Neurons fired in each burst" xLabel="burst" version={burstVersion} points={() => burstPoints([fired])} change={span.value} canvas={canvas} />
    </>
  );
}
