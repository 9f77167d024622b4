// A sentence that is kept up to date a few times a second without rendering anything else.

import { useEffect, useRef } from 'preact/hooks';

export function TotalNow({ read }: { read: () => string }) {
  const ref = useRef<HTMLSpanElement>(null);
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const tell = () => {
      const text = latest.current();
      if (ref.current && ref.current.textContent !== text) ref.current.textContent = text;
    };
    tell();
    const timer = setInterval(tell, 250);
    return () => clearInterval(timer);
  }, []);
  return <span class="muted numbers" ref={ref} />;
}
