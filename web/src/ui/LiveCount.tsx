// How many neurons of an area fired in the newest burst, written straight into the page.

import { useEffect, useRef } from 'preact/hooks';
import { count } from '../model/format';
import { activity } from '../model/live';

export function LiveCount({ area }: { area: string }) {
  const ref = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      const text = count(activity.fired(area));
      if (ref.current && ref.current.textContent !== text) ref.current.textContent = text;
    }, 100);
    return () => clearInterval(timer);
  }, [area]);
  return <span ref={ref}>{count(activity.fired(area))}</span>;
}
