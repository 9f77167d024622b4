// What the buttons of the top bar and the shortcuts do.

import * as engine from '../api/engine';
import { orToast } from '../model/edits';
import { engineState, setEngine } from '../model/live-state';
import { change, settings, type ThemeChoice } from '../model/settings';

let toggling: Promise<unknown> | null = null;

/** Pauses or resumes. Asked again before the server has answered, it does nothing: the answer decides what comes next. */
export async function togglePause(): Promise<void> {
  toggling ??= orToast(async () => {
    const paused = engineState.value.paused;
    await (paused ? engine.resume() : engine.hold());
    setEngine({ paused: !paused });
  }).finally(() => (toggling = null));
  await toggling;
}

/** One burst while paused; while running, the first press pauses. */
export async function stepOnce(): Promise<void> {
  await orToast(async () => {
    if (!engineState.value.paused) {
      await engine.hold();
      setEngine({ paused: true });
    }
    const { burst_count } = await engine.step();
    setEngine({ burst: burst_count });
  });
}

const THEMES: readonly ThemeChoice[] = ['system', 'dark', 'light'];

export function nextTheme(): void {
  const at = THEMES.indexOf(settings.value.theme);
  change({ theme: THEMES[(at + 1) % THEMES.length] ?? 'system' });
}
