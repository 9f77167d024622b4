// Says when the page is cut off from the brain, and when it tries again.

import { useEffect, useState } from 'preact/hooks';
import { connection } from '../model/live-state';
import { loadError, reload } from '../model/store';

interface BannerProps {
  readonly onRetry: () => void;
}

/** Short breaks heal before anybody could read a banner. */
const PATIENCE_MS = 700;

export function Banner({ onRetry }: BannerProps) {
  const now = connection.value;
  const [, tick] = useState(0);
  const [since, setSince] = useState<number | null>(null);
  useEffect(() => {
    if (now.kind === 'open') setSince(null);
    else setSince((before) => before ?? performance.now());
    if (now.kind === 'open') return;
    const timer = setInterval(() => tick((turn) => turn + 1), 250);
    return () => clearInterval(timer);
  }, [now.kind]);
  if (now.kind === 'open') return loadError.value ? <ModelBanner /> : null;
  if (since === null || performance.now() - since < PATIENCE_MS) return null;
  const seconds = now.kind === 'closed' && now.retryAt !== null ? Math.ceil((now.retryAt - performance.now()) / 1000) : null;
  const answers = now.kind === 'closed' ? now.answers : undefined;
  return (
    <div class="banner" role="alert" data-testid="banner">
      <span>
        {answers === undefined
          ? 'The connection to the brain is lost; this is the last that came.'
          : answers
            ? 'The server answers, but offers no live stream: firing is not shown.'
            : 'The brain cannot be reached; this is the last that came.'}{' '}
        <span class="numbers" aria-live="off">
          {seconds === null ? 'Trying…' : `Next try in ${Math.max(1, seconds)} s.`}
        </span>
      </span>
      <button type="button" class="button" data-testid="try-now" onClick={onRetry}>
        Try now
      </button>
    </div>
  );
}

function ModelBanner() {
  return (
    <div class="banner" role="alert" data-testid="banner">
      <span>The brain’s areas could not be read: {loadError.value?.message}</span>
      <button type="button" class="button" onClick={() => void reload()}>
        Read again
      </button>
    </div>
  );
}
