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
    first: /^Runs every weekday/,
    open: async (dashboard) => {
      const visit = await at(dashboard, `${NEW}?example=1`);
      const { page } = visit;
      await page.getByRole('button', { name: 'Weekdays at 09:00' }).click();
      await page.getByText('If a call fails or takes long').click();
      await page.getByLabel('If a call fails', { exact: true }).selectOption('on');
      await page.getByLabel('Let runs wait until it answers again').check();
      await page.getByText('Headers, signature and pace of calls').click();
      await page.getByRole('button', { name: 'Add a header' }).click();
      await page.getByLabel('Sign each call').check();
      await page.getByText('There is no signing key yet').waitFor();
      await page.getByText('If runs overlap, fail, are missed or come all at once').click();
      await page.getByLabel('Spread the runs over').fill('10 minutes');
      await page.getByText('Each run is up to 10 minutes later').waitFor();
      await page.getByLabel('If an earlier run is still open').selectOption('skip');
      await page.getByLabel('If a call of this schedule fails').selectOption('on');
      return visit;
    },
  },
];
