// The state of the engine and of the connection to it, as signals. Filled by `live.ts` from the
// stream, or from polling while there is none.

import { signal } from '@preact/signals';
import type { Loss } from './drops';

export interface EngineState {
  /** Newest burst that is known; null before the first. */
  readonly burst: number | null;
  readonly paused: boolean;
  readonly rateSet: number | null;
  readonly rateMeasured: number | null;
  readonly loading: boolean;
}

export const engineState = signal<EngineState>({
  burst: null,
  paused: false,
  rateSet: null,
  rateMeasured: null,
  loading: false,
});

export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open'; readonly protocol: string }
  /** `retryAt` is in milliseconds of `performance.now`, null while a try is under way; `answers` says whether REST still does, once that is known. */
  | { readonly kind: 'closed'; readonly retryAt: number | null; readonly answers?: boolean };

export const connection = signal<Connection>({ kind: 'connecting' });
/** Frames that did not arrive or were not drawn in the last ten seconds. */
export const loss = signal<Loss>({ dropped: 0, share: 0 });

export function setEngine(changed: Partial<EngineState>): void {
  engineState.value = { ...engineState.value, ...changed };
}
