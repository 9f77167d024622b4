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

/** Writes canvases one below the other, with a line of text on top, as a picture. */
export function savePicture(canvas: HTMLCanvasElement, caption: string, name: string): void {
  const style = getComputedStyle(document.documentElement);
  const scale = window.devicePixelRatio || 1;
  const head = Math.round(28 * scale);
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height + head;
  const context = picture.getContext('2d');
  if (!context) return;
  context.fillStyle = style.getPropertyValue('--panel');
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = style.getPropertyValue('--text');
  context.font = `600 ${13 * scale}px ${style.getPropertyValue('--font')}`;
  context.textBaseline = 'middle';
  context.fillText(caption, 12 * scale, head / 2);
  context.drawImage(canvas, 0, head);
  picture.toBlob((blob) => blob && saveBlob(blob, name), 'image/png');
}
