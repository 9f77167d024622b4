// The picture of the page in the documents, from the running program: `npm run screenshot -- FILE`.

import path from 'node:path';
import { launch } from './browser';
import { visiting } from './page';
import { Server } from './server';

const file = path.resolve(process.argv[2] ?? 'visualizer.png');
const browser = await launch();
const server = await Server.start();
try {
  await visiting(browser, server.url, { viewport: { width: 1440, height: 810 }, colorScheme: 'dark' }, async (page) => {
    const detailed = await server.get('/v1/cortical_area/cortical_map_detailed');
    const [busiest] = Object.entries<any>(detailed).sort(([, a], [, b]) => Object.keys(b).length - Object.keys(a).length)[0]!;
    await page.getByTestId(`area-${busiest}`).click();
    // Some seconds of history make the plots worth looking at.
    await page.waitForFunction(() => (window as any).feagi.stats().burst > 300);
    // A browser that draws in software skips frames at full rate, which is nothing to show.
    await server.send('POST', '/v1/burst_engine/simulation_timestep', { simulation_timestep: 0.25 });
    await page.getByTestId('dropped').waitFor({ state: 'detached' });
    await page.screenshot({ path: file });
  });
} finally {
  await browser.close();
  await server.stop();
}
