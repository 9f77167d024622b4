// Everybody can use the page: with a keyboard, with a screen reader, on a small screen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { eventually, picture, visiting } from './page';
import { TEST, stage } from './stage';

const on = stage();

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
const DESKTOP = { viewport: { width: 1280, height: 720 } } as const;

/** Where dialogs open, and how they are called. */
const DIALOGS = { 'add-area': 'add-area-dialog', 'genome-menu': 'genome-dialog', show: 'show-dialog', help: 'help-dialog' } as const;

/** An area that has mappings. */
async function connected(): Promise<string> {
  const detailed = await on.server.get('/v1/cortical_area/cortical_map_detailed');
  return Object.entries<any>(detailed).find(([, targets]) => Object.keys(targets).length > 1)![0];
}

/** What can be used but sticks out of the window; what scrolls inside a part of the page may. */
const outside = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const scrolls = (element: Element) => {
      for (let box = element.parentElement; box; box = box.parentElement) {
        if (box.scrollWidth > box.clientWidth && /auto|scroll/.test(getComputedStyle(box).overflowX)) return true;
      }
      return false;
    };
    const top = document.querySelector('dialog[open]') ?? document;
    return [...top.querySelectorAll('button, a, input, select, textarea, summary, [role=treeitem], [role=tab], h1, h2, section, form, .panel, dialog[open]')]
      .concat(top === document ? [] : [top as Element])
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.visually-hidden'))
      .filter((element) => {
        const { left, right, width, height } = element.getBoundingClientRect();
        return width > 1 && height > 1 && (left < -0.5 || right > innerWidth + 0.5) && !scrolls(element);
      })
      .map((element) => `${Math.round(element.getBoundingClientRect().right)} of ${innerWidth}: ${element.outerHTML.slice(0, 100)}`);
  });

/** Controls of a phone that are too small for a finger: WCAG 2.2 asks for 24 pixels. */
const tiny = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, select, input:not([type=checkbox], [type=radio], [type=file])')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.visually-hidden'))
      .filter((element) => Math.min(element.clientWidth, element.clientHeight) < 22)
      .map((element) => `${element.clientWidth} x ${element.clientHeight}: ${element.outerHTML.slice(0, 100)}`),
  );

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
}

async function fits(page: Page, what: string): Promise<void> {
  await settled(page);
  assert.deepEqual(await outside(page), [], `${what} fits the window`);
  const { page: all, window } = await page.evaluate(() => ({ page: document.documentElement.scrollWidth, window: innerWidth }));
  assert.ok(all <= window, `${what}: ${all} pixels in a window of ${window}`);
}

test('it works on a phone, in light colours', TEST, async () => {
  const area = await connected();
  await visiting(on.browser, on.server.url, { ...PHONE, colorScheme: 'light' }, async (page) => {
    await fits(page, 'the page');
    await picture(page, 'phone');
    await page.getByTestId('sheet-areas').tap();
    await page.getByTestId(`area-${area}`).waitFor();
    await fits(page, 'the list of areas');
    await picture(page, 'phone-areas');
    await page.getByTestId(`area-${area}`).tap();
    if (!(await page.getByTestId('inspector-title').isVisible())) await page.getByTestId('sheet-inspector').tap();
    await page.getByTestId('area-form').waitFor();
    await fits(page, 'the inspector');
    await picture(page, 'phone-inspector');
    await page.getByTestId('tab-mappings').tap();
    await fits(page, 'the mappings');
    await page.getByTestId('sheet-plots').tap();
    for (const plot of ['firing', 'raster', 'timing', 'agents']) {
      await page.getByTestId(`plot-tab-${plot}`).tap();
      await page.getByTestId(`csv-${plot}`).waitFor();
      await fits(page, `the plot of ${plot}`);
    }
    await picture(page, 'phone-plots');
    assert.deepEqual(await tiny(page), []);
  });
});

for (const [name, size] of Object.entries({ phone: PHONE, '1280x720': DESKTOP })) {
  test(`every dialog fits (${name})`, TEST, () =>
    visiting(on.browser, on.server.url, { ...size, reducedMotion: 'reduce' }, async (page) => {
      await fits(page, 'the page');
      for (const [button, dialog] of Object.entries(DIALOGS)) {
        if (!(await page.getByTestId(button).isVisible())) await page.getByTestId('sheet-areas').click();
        await page.getByTestId(button).click();
        await page.getByTestId(dialog).waitFor();
        await fits(page, dialog);
        await page.keyboard.press('Escape');
        await page.getByTestId(dialog).waitFor({ state: 'detached' });
      }
    }));
}

const NAMED = new Set([
  'button', 'link', 'textbox', 'searchbox', 'spinbutton', 'combobox', 'checkbox', 'radio', 'slider', 'switch', 'tab', 'tabpanel', 'tree',
  'treeitem', 'dialog', 'image', 'img', 'application', 'progressbar', 'table', 'meter', 'DisclosureTriangle',
]);

/** What the browser tells a screen reader without a name. */
async function nameless(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  assert.ok(nodes.some(({ role }) => role?.value === 'button'), 'the tree is there');
  return nodes
    .filter(({ ignored, role, name }) => !ignored && NAMED.has(role?.value) && !String(name?.value ?? '').trim())
    .map(({ role, description, value }) => `${role?.value} ${JSON.stringify(description?.value ?? value?.value ?? '')}`);
}

test('everything that can be used has a name', TEST, async () => {
  const area = await connected();
  await visiting(on.browser, on.server.url, {}, async (page) => {
    const named = async (what: string) => assert.deepEqual(await nameless(page), [], what);
    await named('the page');
    await page.getByTestId(`area-${area}`).click();
    await page.getByTestId('area-form').waitFor();
    await named('the form of an area');
    await page.getByTestId('to-voxel').click();
    await page.getByTestId('neuron').first().waitFor();
    await named('a voxel');
    await page.getByTestId('to-area').click();
    await page.getByTestId('tab-mappings').click();
    await page.getByTestId('add-mapping').click();
    await page.getByTestId('mapping-dialog').waitFor();
    await named('the dialog of a mapping');
    await page.keyboard.press('Escape');
    for (const plot of ['raster', 'timing', 'agents', 'firing']) {
      await page.getByTestId(`plot-tab-${plot}`).click();
      await page.getByTestId(`csv-${plot}`).waitFor();
      await named(`the plot of ${plot}`);
    }
    for (const [button, dialog] of Object.entries(DIALOGS)) {
      await page.getByTestId(button).click();
      await page.getByTestId(dialog).waitFor();
      await named(dialog);
      await page.keyboard.press('Escape');
      await page.getByTestId(dialog).waitFor({ state: 'detached' });
    }
  });
});

/** The part of the page that has the focus, and whether that is to be seen. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const seen = (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
    return { part: element.closest('[data-testid]')?.getAttribute('data-testid') ?? element.outerHTML.slice(0, 80), seen };
  });

test('the keyboard reaches everything, and shows where it is', TEST, async () => {
  const area = await connected();
  await visiting(on.browser, on.server.url, {}, async (page) => {
    const reached = new Set<string>();
    const unseen = new Set<string>();
    // Once around: the focus comes back to where it was first.
    for (let press = 0; press < 100; press++) {
      await page.keyboard.press('Tab');
      const now = await focused(page);
      if (!now) break;
      if (!now.seen) unseen.add(now.part);
      if (reached.size > 5 && now.part === [...reached][0]) break;
      reached.add(now.part);
    }
    const wanted = ['view', 'rate', 'pause', 'step', 'undo', 'redo', 'genome-menu', 'show', 'theme', 'help', 'add-area', 'area-search', 'plot-tab-firing', 'csv-firing', 'png-firing', 'drawer-toggle'];
    assert.deepEqual(wanted.filter((part) => !reached.has(part)), [], `reached: ${[...reached].join(' ')}`);
    assert.ok([...reached].some((part) => /^(region|area)-/.test(part)), 'a row of the list');
    assert.deepEqual([...unseen], [], 'the focus is seen everywhere');

    // An area is found, chosen and left without a pointer.
    await page.getByTestId('view').press('/');
    await eventually('the search', async () => (await focused(page))?.part === 'area-search');
    const { [area]: facts } = await on.server.get('/v1/cortical_area/cortical_area/geometry');
    await page.keyboard.type(facts.cortical_name);
    await page.waitForFunction(() => document.querySelectorAll('[role=treeitem][data-area]').length === 1);
    for (let press = 0; press < 20 && !(await inTree(page)); press++) await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByTestId('inspector-title').getByText(facts.cortical_name).waitFor();
    await page.getByTestId('area-form').waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('area-form').waitFor({ state: 'detached' });
  });
});

const inTree = (page: Page): Promise<boolean> => page.evaluate(() => document.activeElement?.getAttribute('role') === 'treeitem');

test('keys pause, step and explain', TEST, () =>
  visiting(on.browser, on.server.url, {}, async (page) => {
    const status = () => on.server.get('/v1/burst_engine/status');
    try {
      await page.getByTestId('view').focus();
      await page.keyboard.press('Space');
      await eventually('a pause', async () => (await status()).paused);
      const { burst_count } = await status();
      await page.keyboard.press('.');
      await eventually('one burst', async () => (await status()).burst_count === burst_count + 1);
      await page.keyboard.press('?');
      await page.getByTestId('help-dialog').waitFor();
      await picture(page, 'help');
      await page.keyboard.press('Escape');
      await page.getByTestId('help-dialog').waitFor({ state: 'detached' });
      await eventually('the focus where it was', async () => (await focused(page))?.part === 'view');
      await page.getByTestId('pause').and(page.locator('[aria-label=Resume]')).waitFor();
      await page.keyboard.press('Space');
      await eventually('going on', async () => !(await status()).paused);
    } finally {
      await on.server.send('POST', '/v1/burst_engine/resume');
    }
  }));
