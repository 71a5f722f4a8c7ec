import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Dashboard } from './support/dashboard.js';
import { eachView, SCENES, setTheStage } from './support/scenes.js';

/** `npm run look [words]`: a picture of every page and state whose name has these words, as each view shows it. */
const wanted = process.argv.slice(2).join(' ');
const folder = join(import.meta.dirname, '../../dist/look');
mkdirSync(folder, { recursive: true });

const dashboard = await Dashboard.start();
try {
  await setTheStage(dashboard);
  for (const { name, first, open } of SCENES.filter((scene) => scene.name.includes(wanted))) {
    const visit = await open(dashboard);
    await visit.firstLine(first);
    await eachView(visit, async (view) => {
      const path = join(folder, `${name.replaceAll(' ', '-')}-${view}.png`);
      await visit.page.screenshot({ path, fullPage: view !== '1280-light' && view !== '1280-dark' });
    });
    await visit.close();
    console.log(`${name}: dist/look/${name.replaceAll(' ', '-')}-*.png`);
  }
} finally {
  await dashboard.stop();
}
