// Starts the page: theme, view, stream, and the door for tests at `window.feagi`.

import 'uplot/dist/uPlot.min.css';
import './styles/index.css';

import { effect } from '@preact/signals';
import { render } from 'preact';
import { keepSettings, settings } from './model/settings';
import { brain, loaded, title } from './model/store';
import { startLive } from './model/live';
import type { Scene } from './scene';
import type { Stream } from './stream';
import { App } from './ui/App';
import { tourStep } from './ui/dialogs';
import { doorFor } from './ui/door';
import { listen } from './ui/shortcuts';
import { applyTheme } from './ui/theme';

let stream: Stream | null = null;

function ready(scene: Scene): void {
  stream = startLive(scene);
  window.feagi = doorFor(scene, stream);
}

applyTheme();
keepSettings();
listen();
render(<App onReady={ready} onRetry={() => stream?.retryNow()} />, document.getElementById('app')!);

effect(() => {
  document.title = title.value ? `${title.value} · FEAGI` : 'FEAGI';
});

effect(() => {
  // The tour speaks of areas, so it waits until there are some.
  if (loaded.value && brain.value.areas.size > 0 && !settings.peek().tourSeen && tourStep.peek() === null) tourStep.value = 0;
});
