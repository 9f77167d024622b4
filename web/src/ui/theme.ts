// The theme in force: the viewer's choice, or the system's.

import { computed, effect, signal } from '@preact/signals';
import { settings } from '../model/settings';

const system = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: light)');
const systemLight = signal(system?.matches ?? false);
system?.addEventListener('change', (event) => (systemLight.value = event.matches));

export const isDark = computed(() => {
  const { theme } = settings.value;
  return theme === 'dark' || (theme === 'system' && !systemLight.value);
});

/** Puts the theme onto the page before anything that reads its colours runs. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = isDark.value ? 'dark' : 'light';
  });
}
