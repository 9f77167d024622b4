// Visits of the page: what they wait for, what the page says on its console, and pictures of it.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

const pictures = process.env.FEAGI_SCREENSHOTS ?? path.resolve(import.meta.dirname, '../../target/screenshots');

/** Only a guard against tests that hang: on a busy machine that draws in software a page may take seconds. */
const WITHIN_MS = 45_000;

export interface Visit {
  readonly page: Page;
  /** Errors on the console and exceptions. */
  readonly errors: readonly string[];
}

export interface VisitOptions extends BrowserContextOptions {
  /** Whether the tour was seen before; it was, unless said otherwise. */
  readonly tourSeen?: boolean;
  /** Errors that the test causes on purpose: the browser tells every refusal and every lost connection. */
  readonly causes?: RegExp;
}

/** Opens the page in a context of its own, and closes that whatever `act` does. What the page says on its console is a failure. */
export async function visiting(browser: Browser, url: string, options: VisitOptions, act: (page: Page) => Promise<void>): Promise<void> {
  const { tourSeen = true, causes, ...context } = options;
  const own = await browser.newContext({ viewport: { width: 1280, height: 720 }, acceptDownloads: true, ...context });
  try {
    const { page, errors } = await open(own, url, { tourSeen });
    try {
      await act(page);
    } catch (error) {
      await tellFailure(page, errors);
      throw error;
    }
    // What was said before this answer has been told when it comes.
    await page.evaluate(() => 0);
    assert.deepEqual(errors.filter((error) => !causes?.test(error)), [], 'no errors on the console');
    if (causes) assert.ok(errors.some((error) => causes.test(error)), `nothing on the console is like ${causes}`);
  } finally {
    await own.close();
  }
}

/** Opens the page in a context and waits until it can be used. */
export async function open(context: BrowserContext, url: string, { tourSeen = true } = {}): Promise<Visit> {
  const page = await context.newPage();
  page.setDefaultTimeout(WITHIN_MS);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.addInitScript(noteWhenUsable);
  if (tourSeen) await page.addInitScript(() => localStorage.setItem('feagi.settings', JSON.stringify({ tourSeen: true })));
  try {
    await page.goto(url, { waitUntil: 'commit' });
    await usable(page);
  } catch (error) {
    await tellFailure(page, errors);
    throw error;
  }
  return { page, errors };
}

/** What somebody needs who was not there: a picture, and what the page said. */
async function tellFailure(page: Page, errors: readonly string[]): Promise<void> {
  await picture(page, `failed-${new Date().toISOString().replace(/\W/g, '-')}`).catch(() => {});
  console.log(`console of the page: ${errors.join(' | ') || 'no errors'}`);
}

/** Runs in the page before its own scripts: notes how long after the navigation it can be used. */
function noteWhenUsable(): void {
  // Functions that are handed to the page may call this helper, which the compiler of the tests puts into them.
  (globalThis as any).__name ??= (value: unknown) => value;
  const timer = setInterval(() => {
    const stats = (window as any).feagi?.stats();
    const listed = document.querySelector('[role=treeitem]') !== null;
    if (!listed || !stats || stats.areas === 0 || stats.connection !== 'open' || stats.scene.renders === 0) return;
    clearInterval(timer);
    (window as any).usableMs = performance.now();
  }, 10);
}

/** Waits until the page lists and draws the areas of the brain and is connected; milliseconds from the navigation to that. */
export async function usable(page: Page): Promise<number> {
  const found = await page.waitForFunction(() => (window as any).usableMs as number | undefined);
  return (await found.jsonValue())!;
}

/** `window.feagi.stats()` of the page. */
export const stats = (page: Page): Promise<any> => page.evaluate(() => (window as any).feagi.stats());

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
  const until = performance.now() + WITHIN_MS;
  for (;;) {
    const found = await condition();
    if (found) return found;
    if (performance.now() > until) throw new Error(`${what} did not come true`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
