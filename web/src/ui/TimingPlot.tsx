// How long bursts take and how late they start.

import { useRef } from 'preact/hooks';
import { burstsCsv } from '../model/downloads';
import { number } from '../model/format';
import { ring } from '../model/live';
import { quantile } from '../model/rates';
import { nameFor, savePicture, saveText } from '../model/save';
import { burstPoints, burstVersion, span, SpanChoice } from './FiringPlot';
import { LinePlot, type Line } from './LinePlot';
import { PlotHead } from './Plots';
import { TotalNow } from './TotalNow';

const LINES: readonly Line[] = [
  { label: 'burst time', color: '--accent' },
  { label: 'late by', color: '--warn' },
];

/** Percentiles take a sort of everything that is shown, so they are told less often than the rest. */
const SUMMARY_MS = 1000;

const duration = (index: number) => ring.value('durationUs', index) / 1000;
const lateness = (index: number) => ring.value('latenessUs', index) / 1000;

function summary(): string {
  const first = ring.firstWithin(span.value);
  const length = ring.length - first;
  if (length === 0) return 'Waiting for bursts';
  const sorted = new Float64Array(length);
  const pair = (read: (index: number) => number) => {
    for (let index = 0; index < length; index++) sorted[index] = read(first + index);
    sorted.sort();
    return `${number(quantile(sorted, 0.5), 3)} | ${number(quantile(sorted, 0.99), 3)}`;
  };
  let missed = 0;
  for (let index = first; index < ring.length; index++) missed += ring.value('missed', index);
  return `Median | 99 %: burst ${pair(duration)} ms, late ${pair(lateness)} ms; ${missed} missed`;
}

export function TimingPlot() {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  return (
    <>
      <PlotHead
        name="timing"
        onCsv={() => saveText(burstsCsv(ring), 'text/csv', nameFor('timing', 'csv'))}
        onPng={() => canvas.current && savePicture(canvas.current, 'Milliseconds', nameFor('timing', 'png'), LINES)}
      >
        <SpanChoice />
        <TotalNow version={() => `${ring.version} ${span.value}`} read={summary} everyMs={SUMMARY_MS} />
      </PlotHead>
      <LinePlot lines={LINES} label="Time that each burst took, and how late it began" xLabel="burst" unit="ms" version={burstVersion} points={() => burstPoints([duration, lateness])} change={span.value} legend canvas={canvas} />
    </>
  );
}
