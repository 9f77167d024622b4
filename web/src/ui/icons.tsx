// Icons as lines on a grid of 16; decoration only, so hidden from screen readers.

const PATHS = {
  play: 'M5 3.2v9.6L12.6 8z',
  pause: 'M5 3v10M11 3v10',
  step: 'M4 3.2v9.6L10.4 8zM13 3v10',
  undo: 'M6 3 2.8 6.2 6 9.4M3 6.2h6a4 4 0 0 1 0 8H6.5',
  redo: 'M10 3l3.2 3.2L10 9.4M13 6.2H7a4 4 0 0 0 0 8h2.5',
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M3 13l1.2-1.2M11.8 4.2 13 3',
  moon: 'M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  help: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M6.1 6.2a1.9 1.9 0 1 1 2.7 1.7c-.6.3-.8.6-.8 1.3M8 11.3v.1',
  close: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  eye: 'M1.5 8S4 3.6 8 3.6 14.5 8 14.5 8 12 12.4 8 12.4 1.5 8 1.5 8M8 6.1a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8',
  'eye-off': 'M1.5 8S4 3.6 8 3.6c1 0 1.9.3 2.7.7M13 6.3C14 7.3 14.5 8 14.5 8S12 12.4 8 12.4c-1 0-1.9-.3-2.7-.7M3 13 13 3',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  target: 'M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M8 1v4M8 11v4M1 8h4M11 8h4',
  bolt: 'M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z',
  file: 'M4 1.8h5l3.5 3.5v8.9H4zM9 1.8v3.5h3.5',
  download: 'M8 2v8M4.5 6.8 8 10.2l3.5-3.4M2.5 13.5h11',
  list: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  chart: 'M2 13.5h12M3.5 11l3-4 2.5 2.5L13 4',
  info: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4M8 7.3v4M8 4.9v.1',
  layers: 'M8 2 14 5.2 8 8.4 2 5.2zM2.5 8.3 8 11.2l5.5-2.9M2.5 11 8 13.9l5.5-2.9',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
