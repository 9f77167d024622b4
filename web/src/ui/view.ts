// The 3D view as the rest of the page reaches it. The scene is made when its canvas is there; what is
// asked of it before goes nowhere.

import type { Area } from '../model/brain';
import { select, selection } from '../model/selection';
import type { Scene } from '../scene';

let scene: Scene | null = null;

export function setScene(made: Scene | null): void {
  scene = made;
}

export function getScene(): Scene | null {
  return scene;
}

/** Selects an area and moves the camera to it. */
export function focusArea(area: Area): void {
  const now = selection.value;
  if (!now || now.kind === 'region' || now.id !== area.id) select({ kind: 'area', id: area.id });
  scene?.flyTo(area.id);
}
