// A sentence that is kept up to date a few times a second without rendering anything else.

import { useEffect, useRef } from 'preact/hooks';

interface TotalNowProps {
  readonly read: () => string;
  /** Changes when the sentence may be another. */
  readonly version: () => unknown;
  readonly everyMs?: number;
}

export function TotalNow({ read, version, everyMs = 250 }: TotalNowProps) {
  const ref = useRef<HTMLSpanElement>(null);
  const latest = useRef({ read, version });
  latest.current = { read, version };
  useEffect(() => {
    let told: unknown;
    const tell = (first: boolean) => {
      const now = latest.current.version();
      if (!ref.current || (!first && (document.hidden || now === told))) return;
      told = now;
      const text = latest.current.read();
      if (ref.current.textContent !== text) ref.current.textContent = text;
    };
    tell(true);
    const timer = setInterval(tell, everyMs, false);
    return () => clearInterval(timer);
  }, [everyMs]);
  return <span class="muted numbers" ref={ref} />;
}
