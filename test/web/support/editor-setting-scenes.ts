import { at, type EditorScene } from './editor-scenes.js';

const NEW = '/dashboard/jobs/new';

/** States of the editor with optional settings. */
export const EDITOR_SETTING_SCENES: readonly EditorScene[] = [
  {
    name: 'editor zone',
    first: /^Runs .*02:30 \(Europe\/Berlin\)/,
    open: async (dashboard) => {
      const visit = await at(dashboard, NEW);
      const { page } = visit;
      await page.getByLabel('Cron pattern').fill('2099 10 20:30 * 2 30 0');
      await page.getByLabel('Time zone').fill('Europe/Berlin');
      await page.getByLabel('Where clocks go back').selectOption('both');
      await page.getByText('clock goes back: second of two').waitFor();
      return visit;
    },
  },
  {
    name: 'editor settings',
    first: /^Runs every 10 seconds/,
    open: async (dashboard) => {
      const visit = await at(dashboard, `${NEW}?example=1`);
      const { page } = visit;
      await page.getByText('If a call fails or takes long').click();
      await page.getByLabel('If a call fails', { exact: true }).selectOption('on');
      await page.getByText('If runs overlap, fail or are missed').click();
      await page.getByLabel('If an earlier run is still open').selectOption('skip');
      await page.getByLabel('If a call of this schedule fails').selectOption('on');
      return visit;
    },
  },
];
