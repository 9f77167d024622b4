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
  const [low, high] = ends(scale);
  const label = low === high ? `All neurons fire with a potential of ${low}` : `Colours of potentials from ${low} to ${high}${scale.logarithmic ? ', by their logarithm' : ''}`;
  return (
    <div class="potentials numbers" role="img" aria-label={label} title="Membrane potential with which neurons fired" data-testid="potentials">
      <span>Potential{scale.logarithmic ? ' (log)' : ''}</span>
      <span>{low}</span>
      <i style={{ background: colormapGradient(isDark.value ? 'dark' : 'light') }} />
      <span>{high}</span>
    </div>
  );
}

const ends = ({ low, high }: ColourScale): [string, string] => [number(low, 3), number(high, 3)];
const shown = (scale: ColourScale): string => `${ends(scale)} ${scale.logarithmic}`;
