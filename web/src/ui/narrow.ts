// Whether the window is so narrow that panels are sheets: the same limit as in the styles.

import { signal } from '@preact/signals';

const query = typeof matchMedia === 'undefined' ? null : matchMedia('(max-width: 760px)');

export const isNarrow = signal(query?.matches ?? false);
query?.addEventListener('change', (event) => (isNarrow.value = event.matches));
