// What the viewer chose, kept in the browser between visits.

import { effect, signal, type Signal } from '@preact/signals';
import type { Show } from '../scene/model';

const KEY = 'feagi.settings';

export type ThemeChoice = 'system' | 'dark' | 'light';
export type PlotName = 'firing' | 'raster' | 'timing' | 'agents';

export interface Settings {
  readonly theme: ThemeChoice;
  readonly tourSeen: boolean;
  readonly drawerOpen: boolean;
  readonly plot: PlotName;
  readonly show: Show;
  readonly closedRegions: readonly string[];
}

export const DEFAULTS: Settings = {
  theme: 'system',
  tourSeen: false,
  drawerOpen: true,
  plot: 'firing',
  show: { mappings: 'selected', regions: true, labels: true, emptyAreas: true, afterglowMs: 400 },
  closedRegions: [],
};

/** Settings from what was stored. Anything unreadable or of the wrong type falls back to its default. */
export function parseSettings(text: string | null): Settings {
  let stored: unknown = null;
  try {
    stored = JSON.parse(text ?? 'null');
  } catch {
    return DEFAULTS;
  }
  if (typeof stored !== 'object' || stored === null) return DEFAULTS;
  const merged = sameTypes(DEFAULTS as unknown as Record<string, unknown>, stored as Record<string, unknown>);
  return merged as unknown as Settings;
}

function sameTypes(defaults: Record<string, unknown>, stored: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(defaults).map(([key, fallback]) => {
      const value = stored[key];
      if (typeof value !== typeof fallback || Array.isArray(value) !== Array.isArray(fallback) || value === null) {
        return [key, fallback];
      }
      if (typeof fallback === 'object' && !Array.isArray(fallback)) {
        return [key, sameTypes(fallback as Record<string, unknown>, value as Record<string, unknown>)];
      }
      return [key, value];
    }),
  );
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Storage may be switched off; the page works without.
    return null;
  }
}

export const settings: Signal<Settings> = signal(typeof localStorage === 'undefined' ? DEFAULTS : parseSettings(stored()));

export function change(changed: Partial<Settings>): void {
  settings.value = { ...settings.value, ...changed };
}

export function keepSettings(): void {
  effect(() => {
    const text = JSON.stringify(settings.value);
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // Full or switched off: the choice holds until the page is closed.
    }
  });
}
