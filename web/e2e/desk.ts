// What people do on the page with a brain, each with the wait that it takes.

import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { eventually } from './page';
import { POWER, type Server } from './server';

export class Desk {
  constructor(
    readonly page: Page,
    private readonly server: Server,
  ) {}

  async choose(area: string): Promise<void> {
    await this.page.getByTestId(`area-${area}`).click();
    await this.page.getByTestId('area-form').waitFor();
  }

  field(name: string): Locator {
    return this.page.getByTestId(`field-${name}`);
  }

  async fill(name: string, value: string): Promise<void> {
    await this.field(name).fill(value);
  }

  /** Applies what was changed in the form of an area. */
  async apply(): Promise<void> {
    await this.page.getByTestId('apply-area').click();
    await this.page.getByTestId('apply-area').waitFor({ state: 'detached' });
  }

  /** Undoes or does again with the button. */
  async travel(way: 'undo' | 'redo'): Promise<void> {
    await this.upToDate(way);
    await this.page.getByTestId(way).click();
  }

  /** Undoes or does again with keys, and waits until the server has. */
  async press(keys: string, way: 'undo' | 'redo'): Promise<void> {
    const { length } = await this.upToDate(way);
    await this.page.keyboard.press(keys);
    await eventually(way, async () => (await this.labels(way)).length === length - 1);
  }

  /** Makes the neurons of a voxel of the chosen area fire in the next burst. */
  async stimulate(voxel: readonly number[]): Promise<void> {
    const { page } = this;
    await page.getByTestId('to-voxel').click();
    for (const [at, axis] of ['x', 'y', 'z'].entries()) await page.getByTestId(`voxel-${axis}`).fill(String(voxel[at]));
    await page.getByTestId('inspector-title').getByText(`Voxel ${voxel.join(', ')}`).waitFor();
    const [answer] = await Promise.all([page.waitForResponse(/manual_stimulation/), page.getByTestId('stimulate').click()]);
    assert.equal(answer.status(), 200);
    await page.getByTestId('toast-done').filter({ hasText: voxel.join(', ') }).first().waitFor();
  }

  /** Holds the brain from the page, and lets it go on whatever `act` does. */
  async whileHeld(act: () => Promise<void>): Promise<void> {
    await this.page.getByTestId('pause').click();
    await eventually('holding', () => this.paused());
    try {
      await act();
    } catch (error) {
      await this.server.send('POST', '/v1/burst_engine/resume');
      throw error;
    }
    await this.page.getByTestId('pause').click();
    await eventually('going on', async () => !(await this.paused()));
  }

  /** One burst, by the button. */
  async step(): Promise<void> {
    const before = await this.server.get('/v1/burst_engine/burst_counter');
    await this.page.getByTestId('step').click();
    await eventually('a step', async () => (await this.server.get('/v1/burst_engine/burst_counter')) === before + 1);
  }

  /** Neurons that fired in the last burst, by area; without the power area, which fires in every burst. */
  async fired(): Promise<Record<string, number>> {
    const { [POWER]: _, ...others } = (await this.server.get('/v1/burst_engine/fire_queue')).cortical_areas;
    return others;
  }

  async genes(area: string): Promise<any> {
    return (await this.server.genome()).blueprint[area];
  }

  async visibleAreas(): Promise<string[]> {
    const geometry = await this.server.get('/v1/cortical_area/cortical_area/geometry');
    return Object.keys(geometry).filter((id) => geometry[id].visible);
  }

  private async paused(): Promise<boolean> {
    return (await this.server.get('/v1/burst_engine/status')).paused;
  }

  private async labels(way: 'undo' | 'redo'): Promise<string[]> {
    return (await this.server.get('/v1/genome/changes/undoable'))[way];
  }

  /** Waits until the button speaks of the server's newest change. */
  private upToDate(way: 'undo' | 'redo'): Promise<string[]> {
    return eventually(`a page that knows what it can ${way}`, async () => {
      const labels = await this.labels(way);
      const title = (await this.page.getByTestId(way).getAttribute('aria-label')) ?? '';
      return labels[0] !== undefined && title.includes(labels[0]) && labels;
    });
  }
}
