// The page keeps up: 200 000 voxels in every burst at 30 Hz, for minutes, and a million instances.
//
// The browser draws in software here, so frames that are drawn are few; what is measured is the time that
// the page's own code takes for a frame, from the message to the filled buffers, and the memory it holds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { picture, stats, visiting } from './page';
import { drivenGenome } from './server';
import { TEST, stage } from './stage';

const VOXELS = 200_000;
const INSTANCES = 1_000_000;
const HZ = 30;
const LIMIT_MS = 2;
const MINUTES = Number(process.env.FEAGI_SOAK_MINUTES ?? 5);
/** In this many parts of the soak frames have to come and memory is looked at. */
const PARTS = 6;

// What may be held when all that is unused has been given back. One frame has 1.6 MB.
const HEAP_GROWTH = 3e6;
const ARRAYS_GROWTH = 5e6;

const on = stage({ genome: drivenGenome([100, 100, 20], HZ) });

interface Memory {
  /** Of the page's script, after everything unused was given back. */
  readonly heap: number;
  /** Of arrays outside of the heap. */
  readonly arrays: number;
}

async function memory(page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = (await session.send('Runtime.getHeapUsage')) as any;
  await session.detach();
  return { heap: usedSize, arrays: backingStorageSize };
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
/** What is held at a moment depends on the frames on their way; the least of several moments does not. */
const least = (of: keyof Memory, samples: readonly Memory[]) => Math.min(...samples.map((sample) => sample[of]));

const soak = { timeout: MINUTES * 60_000 + TEST.timeout };

test(`${VOXELS} voxels a frame at ${HZ} Hz take little time and no more memory in ${MINUTES} minutes`, soak, () =>
  // A small canvas, because the browser draws in software and shares the processor with the brain.
  visiting(on.browser, on.server.url, { viewport: { width: 800, height: 600 } }, async (page) => {
    // The first frames make the buffers grow.
    await page.waitForFunction(() => (window as any).feagi.stats().stream.frames > 30);
    const samples = [await memory(page)];
    const counts = [await stats(page)];
    const begun = performance.now();
    for (let part = 1; part <= PARTS; part++) {
      await page.waitForTimeout(Math.max(0, begun + (part * MINUTES * 60_000) / PARTS - performance.now()));
      samples.push(await memory(page));
      counts.push(await stats(page));
    }
    const seconds = (performance.now() - begun) / 1000;
    const [first, last] = [counts[0], counts.at(-1)];
    const { p50, p90, p99 } = last.decodeMs;
    const rate = (of: (one: any) => number) => `${((of(last) - of(first)) / seconds).toFixed(1)}/s`;
    console.log(`${seconds.toFixed(0)} s: bursts ${rate((one) => one.burst)}, frames received ${rate((one) => one.stream.frames)}, drawn ${rate((one) => one.scene.frames)}`);
    console.log(`decode and buffer update: p50 ${p50.toFixed(2)} ms, p90 ${p90.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (p50 at most ${LIMIT_MS} ms)`);
    const [early, late] = [samples.slice(0, 3), samples.slice(-3)] as const;
    const growth = (of: keyof Memory) => least(of, late) - least(of, early);
    console.log(`heap ${samples.map(({ heap }) => mb(heap)).join(', ')}`);
    console.log(`arrays ${samples.map(({ arrays }) => mb(arrays)).join(', ')}`);
    await picture(page, 'two-hundred-thousand');

    for (const [part, now] of counts.slice(1).entries()) {
      assert.ok(now.stream.frames > counts[part].stream.frames, `no frame came in part ${part + 1}`);
      assert.ok(now.scene.frames > counts[part].scene.frames, `no frame was drawn in part ${part + 1}`);
      assert.ok(now.voxels >= VOXELS, `a frame had only ${now.voxels} voxels`);
    }
    assert.ok(p50 <= LIMIT_MS, `half of the frames take more than ${LIMIT_MS} ms: ${p50}`);
    assert.ok(growth('heap') < HEAP_GROWTH, `the heap grew by ${mb(growth('heap'))}`);
    assert.ok(growth('arrays') < ARRAYS_GROWTH, `arrays grew by ${mb(growth('arrays'))}`);
  }));

/** Draws, and keeps the pixels as `window[name]`. */
const keepPixels = (page: Page, name: string): Promise<void> =>
  page.evaluate(async (name) => {
    const bitmap = await createImageBitmap(await (window as any).feagi.scene.capture());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    (window as any)[name] = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
  }, name);

test(`${INSTANCES} instances are drawn`, TEST, () =>
  visiting(on.browser, on.server.url, {}, async (page) => {
    await on.server.send('POST', '/v1/burst_engine/hold');
    try {
      // No frame of the brain may take the place of the one that is made up.
      const burst = await on.server.get('/v1/burst_engine/burst_counter');
      await page.waitForFunction((burst) => (window as any).feagi.scene.shown().burst >= burst, burst);
      await page.evaluate(() => (window as any).feagi.scene.clear());
      await page.waitForFunction(() => (window as any).feagi.scene.stats().instances === 0);
      await keepPixels(page, 'empty');
      const before = (await stats(page)).scene;
      await page.evaluate((n) => (window as any).feagi.inject(n), INSTANCES);
      await page.waitForFunction(
        ([n, renders]) => {
          const { instances, renders: now } = (window as any).feagi.scene.stats();
          return instances >= n! && now > renders!;
        },
        [INSTANCES, before.renders],
      );
      const after = (await stats(page)).scene;
      await keepPixels(page, 'full');
      const share = await page.evaluate(() => {
        const { empty, full } = window as any as { empty: Uint32Array; full: Uint32Array };
        return full.reduce((sum, pixel, at) => sum + Number(pixel !== empty[at]), 0) / full.length;
      });
      await picture(page, 'million');
      console.log(`${after.instances} instances as ${after.drawMode} in ${after.drawCalls} draw calls, ${before.drawCalls} before; ${(share * 100).toFixed(1)} % of the pixels changed`);
      assert.ok(after.drawCalls > before.drawCalls, `${after.drawCalls} draw calls, ${before.drawCalls} without instances`);
      assert.ok(share > 0.005, `only ${share * 100} % of the pixels changed`);
    } finally {
      await on.server.send('POST', '/v1/burst_engine/resume');
    }
  }));
