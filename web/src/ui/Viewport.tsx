// The canvas of the 3D view, and what lies under the pointer on it.

import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { sceneModel } from '../model/brain';
import { number } from '../model/format';
import { select, selectedArea, selection } from '../model/selection';
import { settings } from '../model/settings';
import { brain } from '../model/store';
import { createScene, type Scene } from '../scene';
import type { Pick } from '../scene/model';
import { sheet } from './dialogs';
import { PotentialLegend } from './PotentialLegend';
import { isDark } from './theme';
import { setScene } from './view';

interface ViewportProps {
  readonly onReady: (scene: Scene) => void;
}

/** Height of the legend at the lower edge, with room around it. */
const LEGEND = 28;

const hovered = signal<Pick | null>(null);
const problem = signal<string | null>(null);

export function Viewport({ onReady }: ViewportProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const box = canvas.current;
    if (!box) return;
    const scene = createScene(box, { onProblem: (sentence) => (problem.value = sentence) });
    setScene(scene);
    const endings = [
      effect(() => scene.setModel(sceneModel(brain.value))),
      effect(() => scene.setTheme(isDark.value ? 'dark' : 'light')),
      effect(() => scene.setShow(settings.value.show)),
      effect(() => scene.setSelection(selectedArea.value?.id ?? null)),
      watchInsets(box, scene),
      scene.onPick(picked),
      scene.onHover((pick) => (hovered.value = pick)),
    ];
    onReady(scene);
    return () => {
      for (const end of endings) end();
      setScene(null);
      scene.dispose();
    };
  }, []);
  return (
    <main class="view">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-roledescription="3D view"
        aria-label="The brain in three dimensions"
        aria-describedby="view-description"
        data-testid="view"
      />
      <p id="view-description" class="visually-hidden">
        Boxes are cortical areas, lights in them are voxels that fire. The list of areas tells the same in words: every area with the number of its neurons that fire now.
      </p>
      {problem.value && (
        <p class="view-failure" role="alert" data-testid="view-failure">
          {problem.value}
        </p>
      )}
      <PotentialLegend />
      <Tooltip />
    </main>
  );
}

/** Keeps the scene told of what the panels leave free of the canvas. */
function watchInsets(canvas: HTMLElement, scene: Scene): () => void {
  const free = document.querySelector('.free');
  if (!free) return () => {};
  const tell = () => {
    const [all, left] = [canvas.getBoundingClientRect(), free.getBoundingClientRect()];
    const insets = {
      left: Math.max(0, left.left - all.left),
      right: Math.max(0, all.right - left.right),
      top: Math.max(0, left.top - all.top),
      bottom: Math.max(0, all.bottom - left.bottom),
    };
    scene.setInsets({ ...insets, bottom: insets.bottom + LEGEND });
    // What lies over the canvas keeps clear of the panels too.
    for (const [side, px] of Object.entries(insets)) canvas.parentElement?.style.setProperty(`--free-${side}`, `${px}px`);
  };
  const observer = new ResizeObserver(tell);
  observer.observe(free);
  observer.observe(canvas);
  tell();
  return () => observer.disconnect();
}

function picked(pick: Pick | null): void {
  if (!pick) {
    select(null);
    return;
  }
  const now = selection.value;
  // The first click chooses the area, unless it hits something that fires; the next one a voxel of it.
  const known = now !== null && now.kind !== 'region' && now.id === pick.areaId;
  select(known || pick.fired ? { kind: 'voxel', id: pick.areaId, voxel: [...pick.voxel] } : { kind: 'area', id: pick.areaId });
  if (sheet.value !== null) sheet.value = 'inspector';
}

function Tooltip() {
  const pick = hovered.value;
  const area = pick ? brain.value.areas.get(pick.areaId) : undefined;
  if (!pick || !area) return null;
  return (
    <div class="tooltip" data-group={area.group} style={{ left: `${pick.x}px`, top: `${pick.y}px` }} data-testid="tooltip">
      <b>
        <span class="dot" /> {area.name}
      </b>
      <span class="numbers">
        voxel {pick.voxel.join(', ')}
        {pick.potential !== null && `, fired with ${number(pick.potential, 4)}`}
      </span>
    </div>
  );
}
