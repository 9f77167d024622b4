// Handing files to the viewer.

import { fileStem } from './format';
import { title } from './store';

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function saveText(text: string, type: string, name: string): void {
  saveBlob(new Blob([text], { type }), name);
}

/** A file name that begins with the title of the genome. */
export function nameFor(what: string, extension: string): string {
  return `${fileStem(title.value)}${what ? `-${what}` : ''}.${extension}`;
}

export interface PictureKey {
  readonly label: string;
  /** Name of a CSS variable. */
  readonly color: string;
}

/** Writes a canvas as a picture, under a line that says what it shows and names its lines. */
export function savePicture(canvas: HTMLCanvasElement, caption: string, name: string, keys: readonly PictureKey[] = []): void {
  const style = getComputedStyle(document.documentElement);
  const scale = window.devicePixelRatio || 1;
  const head = Math.round(28 * scale);
  const picture = document.createElement('canvas');
  const context = picture.getContext('2d');
  if (!context) return;
  context.font = `600 ${13 * scale}px ${style.getPropertyValue('--font')}`;
  const words = [caption, ...keys.map(({ label }) => label)];
  const needed = words.reduce((sum, word) => sum + context.measureText(word).width + 32 * scale, 0);
  picture.width = Math.ceil(Math.max(canvas.width, needed));
  picture.height = canvas.height + head;
  context.fillStyle = style.getPropertyValue('--panel');
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = style.getPropertyValue('--text');
  context.font = `600 ${13 * scale}px ${style.getPropertyValue('--font')}`;
  context.textBaseline = 'middle';
  context.fillText(caption, 12 * scale, head / 2);
  let right = 12 * scale + context.measureText(caption).width;
  context.font = `${12 * scale}px ${style.getPropertyValue('--font')}`;
  for (const { label, color } of keys) {
    context.fillStyle = style.getPropertyValue(color);
    context.fillRect(right + 18 * scale, head / 2 - 4 * scale, 8 * scale, 8 * scale);
    context.fillStyle = style.getPropertyValue('--text-2');
    context.fillText(label, right + 31 * scale, head / 2);
    right += 31 * scale + context.measureText(label).width;
  }
  context.drawImage(canvas, 0, head);
  picture.toBlob((blob) => blob && saveBlob(blob, name), 'image/png');
}
