// The colours of potentials in a corner of the view, with the potentials at both ends of the scale.

import { useEffect, useState } from 'preact/hooks';
import { number } from '../model/format';
import { colormapGradient, type ColourScale } from '../scene';
import { isDark } from './theme';
import { getScene } from './view';

const REFRESH_MS = 500;

export function PotentialLegend() {
  const [scale, setScale] = useState<ColourScale | null>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.hidden) return;
      const now = getScene()?.scale() ?? null;
      setScale((before) => (before && now && shown(before) === shown(now) ? before : now));
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  if (!scale) return null;
  const { flat, logarithmic } = scale;
  const [low, high] = ends(scale);
  const label = flat ? `All neurons fire with a potential of ${high}` : `Colours of potentials from ${low} to ${high}${logarithmic ? ', by their logarithm' : ''}`;
  return (
    <div class="potentials numbers" role="img" aria-label={label} title="Membrane potential with which neurons fired" data-testid="potentials">
      <span>Potential{logarithmic ? ' (log)' : ''}</span>
      {!flat && <span>{low}</span>}
      <i class={flat ? 'is-flat' : ''} style={{ background: colormapGradient(isDark.value ? 'dark' : 'light', flat) }} />
      <span>{high}</span>
    </div>
  );
}

const ends = ({ low, high }: ColourScale): [string, string] => [number(low, 3), number(high, 3)];
const shown = (scale: ColourScale): string => `${ends(scale)} ${scale.flat} ${scale.logarithmic}`;
