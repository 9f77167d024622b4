// Headless Chromium that draws in software.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';

const executablePath = process.env.FEAGI_CHROMIUM ?? '/usr/bin/chromium';
/** Only a guard against tests that hang. */
const READY_WITHIN_MS = 60_000;

const ARGUMENTS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-precise-memory-info',
  '--js-flags=--expose-gc',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (): Promise<Browser> => chromium.launch({ executablePath, headless: true, args: ARGUMENTS });

/**
 * A browser whose tabs are hidden when another one is in front: in one that `launch` starts, every page
 * believes that it is seen. Its pages are those of its first context.
 */
export async function launchWithTabs(): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'feagi-e2e-browser-'));
  const child = spawn(executablePath, ['--headless', '--remote-debugging-port=0', `--user-data-dir=${folder}`, ...ARGUMENTS, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const over = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async () => {
    kill();
    await over;
    process.removeListener('exit', kill);
    // Processes of the browser may write for a moment after it has been killed.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    const browser = await chromium.connectOverCDP(await debuggerOf(child.stderr), { noDefaults: true });
    return { context: browser.contexts()[0]!, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function debuggerOf(said: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the browser is not ready: ${text}`)), READY_WITHIN_MS);
    said.on('data', (more: Buffer) => {
      text += more.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(text);
      if (!found) return;
      clearTimeout(late);
      resolve(found[1]!);
    });
  });
}
