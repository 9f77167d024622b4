// Answers of the server inside components.

import { useEffect, useState } from 'preact/hooks';
import { asApiError, type ApiError } from '../api/client';

export interface Asked<T> {
  readonly value: T | null;
  readonly error: ApiError | null;
}

/**
 * Asks when `keys` change and, with `everyMs`, again and again while the page is seen. An answer that
 * was overtaken by newer keys is thrown away; while one is awaited the answer before it stands.
 */
export function useAsked<T>(ask: () => Promise<T>, keys: readonly unknown[], everyMs?: number): Asked<T> {
  const [asked, setAsked] = useState<Asked<T> & { readonly key: string }>({ value: null, error: null, key: '' });
  const key = JSON.stringify(keys.slice(0, 1));
  useEffect(() => {
    let current = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = async () => {
      if (!document.hidden || everyMs === undefined) {
        try {
          const value = await ask();
          if (current) setAsked({ value, error: null, key });
        } catch (error) {
          const told = asApiError(error);
          if (current) setAsked((before) => ({ value: before.key === key ? before.value : null, error: told, key }));
          // What the server does not have it will not have in a second either.
          if (told.missing) return;
        }
      }
      if (current && everyMs !== undefined) timer = setTimeout(turn, everyMs);
    };
    void turn();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, keys);
  // The first key says whose answer it is: another one's is never shown.
  return asked.key === key ? asked : { value: null, error: null };
}
