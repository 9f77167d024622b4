// Lines over time, drawn by uPlot in the colours of the theme. Redraws a few times a second, only
// while it is seen and only when there is something new.

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { compact, number } from '../model/format';
import { isDark } from './theme';

export interface Line {
  readonly label: string;
  /** Name of a CSS variable. */
  readonly color: string;
  readonly fill?: boolean;
}

interface LinePlotProps {
  readonly lines: readonly Line[];
  readonly label: string;
  readonly xLabel: string;
  readonly unit?: string;
  readonly xFormat?: (x: number) => string;
  /** Changes when there are other points. */
  readonly version: () => number;
  readonly points: () => uPlot.AlignedData;
  /** Anything that makes the points others: the plot is drawn at once. */
  readonly change?: unknown;
  /** Whether the lines are named below the plot. */
  readonly legend?: boolean;
  readonly canvas: { current: HTMLCanvasElement | null };
}

const REDRAW_MS = 200;

export function LinePlot(props: LinePlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const dark = isDark.value;
  const shape = props.lines.map((line) => line.label).join('\n');
  useEffect(() => {
    const box = host.current;
    if (!box) return;
    // A plot keeps the reader that it was made with: a newer one may have another number of lines.
    const { version, points } = props;
    let drawn = version();
    const plot = new uPlot(optionsOf(props, box), points(), box);
    props.canvas.current = plot.ctx.canvas;
    const sized = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: box.clientHeight }));
    sized.observe(box);
    const timer = setInterval(() => {
      if (document.hidden || version() === drawn) return;
      drawn = version();
      plot.setData(points());
    }, REDRAW_MS);
    return () => {
      clearInterval(timer);
      sized.disconnect();
      plot.destroy();
    };
  }, [dark, shape, props.change]);
  return (
    <>
      <div class="plot" ref={host} role="img" aria-label={props.label} />
      {props.legend && <Legend lines={props.lines} />}
    </>
  );
}

function optionsOf({ lines, unit, xFormat, xLabel }: LinePlotProps, box: HTMLElement): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color('--text-3'),
    font: `11px ${color('--font')}`,
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    border: { show: false },
  };
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [8, 12, 0, 0],
    legend: { live: true },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { x: { time: false }, y: { range: (_, _low, high) => [0, Math.max(1e-3, high * 1.1 || 1)] } },
    axes: [
      { ...axis, size: 26, ...(xFormat ? { incrs: SECONDS } : {}), values: (_, ticks) => ticks.map((x) => (xFormat ? xFormat(x) : compactBurst(x))) },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((y) => (Math.abs(y) < 1000 ? number(y, 3) : compact(y))) },
    ],
    series: [
      { label: xLabel, value: (_, x) => (x === null || x === undefined ? '–' : xFormat ? xFormat(x) : String(x)) },
      ...lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        width: 1.5,
        points: { show: false },
        ...(line.fill ? { fill: `color-mix(in srgb, ${color(line.color)} 22%, transparent)` } : {}),
        value: (_: uPlot, y: number | null) => (y === null || y === undefined ? '–' : `${number(y, 3)}${unit ? ` ${unit}` : ''}`),
      })),
    ],
  };
}

function Legend({ lines }: { lines: readonly Line[] }) {
  return (
    <ul class="legend">
      {lines.map(({ label, color }) => (
        <li key={label}>
          <i style={{ background: `var(${color})` }} aria-hidden="true" />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** Steps of time that people count in. */
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120];

function compactBurst(burst: number): string {
  return Number.isInteger(burst) ? String(burst) : '';
}
