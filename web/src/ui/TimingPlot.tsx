// How long bursts take and how late they start.

import { useRef } from 'preact/hooks';
import { number } from '../model/format';
import { ring } from '../model/live';
import { quantile } from '../model/rates';
import { nameFor, savePicture, saveText } from '../model/save';
import { burstReader, span, SpanChoice } from './FiringPlot';
import { LinePlot, type Line } from './LinePlot';
import { PlotHead } from './Plots';
import { TotalNow } from './TotalNow';

const LINES: readonly Line[] = [
  { label: 'burst time', color: '--accent' },
  { label: 'late by', color: '--warn' },
];

const duration = (index: number) => ring.value('durationUs', index) / 1000;
const lateness = (index: number) => ring.value('latenessUs', index) / 1000;

function summary(): string {
  const first = ring.firstWithin(span.value);
  const length = ring.length - first;
  if (length === 0) return 'Waiting for bursts';
  const sorted = (read: (index: number) => number) => Float64Array.from({ length }, (_, index) => read(first + index)).sort();
  const [times, late] = [sorted(duration), sorted(lateness)];
  let missed = 0;
  for (let index = first; index < ring.length; index++) missed += ring.value('missed', index);
  const pair = (values: Float64Array) => `${number(quantile(values, 0.5), 3)} | ${number(quantile(values, 0.99), 3)}`;
  return `Median | 99 %: burst ${pair(times)} ms, late ${pair(late)} ms; ${missed} missed`;
}

export function TimingPlot() {
  const canvas = useRef<HTMLCanvasElement | null>(null);
  return (
    <>
      <PlotHead
        name="timing"
        onCsv={() => saveText(ring.csv(), 'text/csv', nameFor('timing', 'csv'))}
        onPng={() => canvas.current && savePicture(canvas.current, 'Milliseconds', nameFor('timing', 'png'), LINES)}
      >
        <SpanChoice />
        <TotalNow read={summary} />
      </PlotHead>
      <LinePlot lines={LINES} label="Time that each burst took, and how late it began" xLabel="burst" unit="ms" read={burstReader([duration, lateness])} change={span.value} legend canvas={canvas} />
    </>
  );
}
