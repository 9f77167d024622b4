// A page in headless Chromium, with what it says on its console, and pictures of it.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const executablePath = process.env.FEAGI_CHROMIUM ?? '/usr/bin/chromium';
const pictures = process.env.FEAGI_SCREENSHOTS ?? path.resolve(import.meta.dirname, '../../target/screenshots');

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

export interface Visit {
  readonly page: Page;
  /** Errors on the console and exceptions, apart from requests that found no server. */
  readonly errors: string[];
}

export interface VisitOptions extends BrowserContextOptions {
  /** Whether the tour was seen before; it was, unless said otherwise. */
  readonly tourSeen?: boolean;
}

/** Opens the page in a context of its own and waits until it shows areas. */
export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const { tourSeen = true, ...context } = options;
  const own = await browser.newContext({ viewport: { width: 1280, height: 720 }, acceptDownloads: true, ...context });
  const page = await own.newPage();
  page.setDefaultTimeout(30_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    const lost = /ERR_CONNECTION|WebSocket connection to|net::ERR/.test(message.text());
    if (message.type() === 'error' && !lost) errors.push(message.text());
  });
  if (tourSeen) await page.addInitScript(() => localStorage.setItem('feagi.settings', JSON.stringify({ tourSeen: true })));
  await page.goto(url, { waitUntil: 'commit' });
  await usable(page);
  return { page, errors };
}

/** Waits until the page shows the areas of the brain and is connected. */
export async function usable(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const stats = (window as any).feagi?.stats();
    return stats && stats.areas > 0 && stats.connection === 'open';
  });
}

/** Keeps a picture and says where. */
export async function picture(page: Page, name: string): Promise<string> {
  await mkdir(pictures, { recursive: true });
  const file = path.join(pictures, `${name}.png`);
  await page.screenshot({ path: file });
  console.log(`screenshot: ${file}`);
  return file;
}

/** Waits until `condition`, asked again and again, gives something. */
export async function eventually<T>(what: string, condition: () => Promise<T | null | undefined | false>): Promise<T> {
  const until = performance.now() + 30_000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > until) throw new Error(`${what} did not come true`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
