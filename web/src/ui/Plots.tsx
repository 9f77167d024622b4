// The drawer of plots: tabs, and for each plot its downloads.

import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { change, settings, type PlotName } from '../model/settings';
import { AgentsPlot } from './AgentsPlot';
import { sheet } from './dialogs';
import { FiringPlot } from './FiringPlot';
import { Icon } from './icons';
import { isNarrow } from './narrow';
import { RasterPlot } from './RasterPlot';
import { TimingPlot } from './TimingPlot';

const PLOTS: readonly { readonly name: PlotName; readonly label: string }[] = [
  { name: 'firing', label: 'Firing' },
  { name: 'raster', label: 'Raster' },
  { name: 'timing', label: 'Timing' },
  { name: 'agents', label: 'Agents' },
];

export function Plots() {
  const { plot, drawerOpen } = settings.value;
  // A plot that nobody sees is not there: its timers and questions would cost a phone its battery.
  const isOpen = sheet.value === 'plots' || (drawerOpen && !isNarrow.value);
  const tabs = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const at = PLOTS.findIndex((one) => one.name === plot);
    const next = PLOTS[(at + step + PLOTS.length) % PLOTS.length]!;
    change({ plot: next.name });
    tabs.current?.querySelector<HTMLElement>(`#plot-tab-${next.name}`)?.focus();
  };
  return (
    <section class={`panel drawer ${sheet.value === 'plots' ? 'open' : ''} ${isOpen ? '' : 'is-closed'}`} aria-label="Plots" data-testid="plots" data-tour="plots">
      <div class="drawer-head">
        <div class="tabs" role="tablist" aria-label="Plots" ref={tabs} onKeyDown={onKeyDown}>
          {PLOTS.map(({ name, label }) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`plot-tab-${name}`}
              aria-selected={plot === name}
              aria-controls="plot-panel"
              tabIndex={plot === name ? 0 : -1}
              data-testid={`plot-tab-${name}`}
              onClick={() => change({ plot: name, drawerOpen: true })}
            >
              {label}
            </button>
          ))}
        </div>
        <span class="grow" />
        <button
          type="button"
          class="button quiet icon drawer-toggle"
          aria-expanded={isOpen}
          aria-controls="plot-panel"
          aria-label={isOpen ? 'Close the plots' : 'Open the plots'}
          data-testid="drawer-toggle"
          onClick={() => change({ drawerOpen: !drawerOpen })}
        >
          <span class={`twist ${isOpen ? 'is-open' : ''}`}>
            <Icon name="chevron" />
          </span>
        </button>
      </div>
      {isOpen && (
        <div class="drawer-body" role="tabpanel" id="plot-panel" aria-labelledby={`plot-tab-${plot}`} key={plot}>
          {plot === 'firing' && <FiringPlot />}
          {plot === 'raster' && <RasterPlot />}
          {plot === 'timing' && <TimingPlot />}
          {plot === 'agents' && <AgentsPlot />}
        </div>
      )}
    </section>
  );
}

interface PlotHeadProps {
  readonly children: ComponentChildren;
  readonly onCsv: () => void;
  readonly onPng: () => void;
  readonly name: string;
}

/** What stands over a plot: a sentence or controls, and the downloads. */
export function PlotHead({ children, onCsv, onPng, name }: PlotHeadProps) {
  return (
    <div class="plot-head">
      <div class="plot-text">{children}</div>
      <button type="button" class="button quiet" aria-label={`Download ${name} as CSV`} data-testid={`csv-${name}`} onClick={onCsv}>
        <Icon name="download" /> CSV
      </button>
      <button type="button" class="button quiet" aria-label={`Download ${name} as PNG`} data-testid={`png-${name}`} onClick={onPng}>
        <Icon name="download" /> PNG
      </button>
    </div>
  );
}
