import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import type { Run } from '../../web/src/api/runs.js';
import { lasting } from '../../web/src/duration.js';
import { runPath, schedulePath } from '../../web/src/paths.js';
import { atEndOfFile } from '../support/end-of-file.js';
import { makesUpPastTimes, readsThePlan, runsFailedAgain, runsOneAgain } from './support/again-journeys.js';
import { Dashboard, TENANTS } from './support/dashboard.js';
import { PLAN_SCENES, setThePlan } from './support/plan-scenes.js';
import { CAUSE_SCENES, MORE_RUN_SCENES, type WholeRunStage } from './support/run-cause-scenes.js';
import { QUICK_ENV, setTheCauseStage } from './support/run-cause-stage.js';
import { RUN_SCENES } from './support/run-scenes.js';
import { runsOf, setTheRunStage } from './support/run-stage.js';
import { opensThePicture, turnsPages, typesTimes } from './support/runs-journeys.js';
import { COUNTED, eachView } from './support/scenes.js';

const POLL_MS = 5_000;

let dashboard: Dashboard;
let stage: WholeRunStage;

beforeAll(async () => {
  dashboard = await Dashboard.start({ more: QUICK_ENV });
  atEndOfFile(() => dashboard.stop());
  const causes = await setTheCauseStage(dashboard);
  atEndOfFile(() => causes.end());
  stage = { ...(await setTheRunStage(dashboard)), causes };
  atEndOfFile(() => stage.end());
  await setThePlan(dashboard);
});

describe('A page about runs', () => {
  it.each([...RUN_SCENES, ...MORE_RUN_SCENES, ...PLAN_SCENES])(
    'is sound on a screen and a phone, in light and dark: $name',
    async ({ first, open }) => {
      const visit = await open(dashboard, stage);
      await visit.firstLine(first);
      const faults: Record<string, unknown> = {};
      await eachView(visit, async (view) => {
        faults[view] = { violations: await visit.violations(), overflow: await visit.overflow() };
      });
      const sound = { violations: [], overflow: 0 };
      expect(faults).toEqual({ '1280-light': sound, '1280-dark': sound, '390': sound, '320': sound });
      await visit.page.setViewportSize({ width: 1280, height: 800 });
      await visit.evaluate("document.documentElement.style.fontSize = '200%'");
      expect(await visit.overflow()).toBe(0);
      expect(visit.complaints).toEqual([]);
      await visit.close();
    },
  );
});

describe('The page of a run', () => {
  it('says first what the data say, why, what to try, what came back and how to repeat the call', async () => {
    const { failed } = stage;
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await visit.goto(runPath(failed.runId));
    const took = lasting((failed.endedAt ?? 0) - (failed.calledAt ?? 0));
    expect(await visit.firstLine('Failed')).toBe(`Failed: the endpoint answered 503 after ${took}`);
    await page.getByText('See whether the application runs').waitFor();
    const answer = page.getByRole('region', { name: 'What came back' }).last();
    expect(await answer.textContent()).toContain('the database is away');
    const command =
      (await page.getByRole('region', { name: 'Command that repeats the call' }).textContent()) ?? '';
    expect(command).toContain('$TOKEN');
    expect(command).toContain(`x-sap-job-run-id: ${failed.runId}`);
    expect(command).toContain(`"sales of '\\''north'\\''"`);
    await visit.close();
  });

  it('says of each cause what happened, who can mend it and what to try', async () => {
    const visit = await dashboard.visitAs();
    await visit.page.setViewportSize({ width: 320, height: 700 });
    for (const { cause, first, whose } of CAUSE_SCENES) {
      await visit.goto(runPath(stage.causes[cause].runId));
      await visit.firstLine(first);
      const why = visit.page.getByRole('region', { name: 'Why, and what to try' });
      expect(await why.textContent()).toContain(`Who can mend it: ${whose}`);
      expect(await why.getByRole('listitem').count()).toBeGreaterThan(0);
      expect({ cause, overflow: await visit.overflow() }).toEqual({ cause, overflow: 0 });
      expect(await visit.violations()).toEqual([]);
    }
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('begins anew with another run, however the one before was paused', async () => {
    const later = await stage.reporting.run('ACK_RECVD');
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await visit.goto(runPath(later.runId));
    await page.getByRole('button', { name: 'Pause updates' }).click();
    await page.getByText(/^Paused at/).waitFor();
    await page.getByRole('link', { name: 'Run before' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(later.runId));
    await page.getByRole('link', { name: 'Run after' }).waitFor();
    expect(await page.getByText(/^Paused at/).count()).toBe(0);
    await visit.close();
  });

  it('is reached by the id alone, and leads to the runs beside it', async () => {
    const { healthy, succeeded } = stage;
    const later = await healthy.run('SUCCESS');
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await visit.goto(runPath(later.runId));
    await page.getByRole('link', { name: 'Run before' }).click();
    await page.waitForURL(`**${runPath(succeeded.runId)}`);
    await page.getByRole('link', { name: 'Run after' }).click();
    await page.waitForURL(`**${runPath(later.runId)}`);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('follows a run until it ends, and asks no more then', async () => {
    const waiting = await stage.reporting.run('ACK_RECVD');
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await page.clock.install();
    await visit.goto(runPath(waiting.runId));
    await visit.firstLine(/waiting for the report/);
    const { job, scheduleId, runId } = waiting;
    const report = { success: false, message: 'three orders are wrong' };
    await dashboard.call(
      'PUT',
      `/scheduler/jobs/${job.id}/schedules/${scheduleId}/runs/${runId}`,
      report,
      TENANTS.beta,
    );
    await page.clock.runFor(POLL_MS);
    await visit.firstLine(/^Failed: the application reported a failure after/);
    await page.getByText('three orders are wrong').first().waitFor();
    await page.waitForLoadState('networkidle');
    let asked = 0;
    page.on('request', (request) => (asked += request.headers()['x-carillon-poll'] ? 1 : 0));
    await page.clock.runFor(10 * POLL_MS);
    expect(asked).toBe(0);
    await visit.close();
  });

  it('is nothing for another tenant', async () => {
    const visit = await dashboard.visitAs('--tenant', 'acme');
    await visit.goto(runPath(stage.failed.runId));
    await visit.firstLine('There is no such run');
    await visit.close();
  });
});

describe('The page of a schedule', () => {
  it('announces new runs, and takes them in when it is asked to', async () => {
    const { jobId, scheduleId, run } = stage.broken;
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await page.clock.install();
    await visit.goto(schedulePath(jobId, scheduleId));
    await visit.firstLine('Last run failed');
    const rows = page.getByRole('rowheader');
    await rows.first().waitFor();
    const before = await rows.count();
    const above = page.getByRole('navigation', { name: 'Runs by result' });
    const topOf = async (shown: Locator) => (await shown.boundingBox())?.y ?? 0;
    const gap = async () => (await topOf(rows.first())) - (await topOf(above));
    const gapBefore = await gap();
    const later = await run('ERROR');
    await page.clock.runFor(POLL_MS);
    const news = page.getByRole('button', { name: '1 new run' });
    await news.waitFor();
    expect(await rows.count()).toBe(before);
    expect(await gap()).toBe(gapBefore);
    await news.click();
    await page
      .locator(`a[href="${runPath(later.runId)}"]`)
      .first()
      .waitFor();
    expect(await rows.count()).toBe(before + 1);
    // When the first of the next firings has passed, they are asked for again.
    const asked = page.waitForRequest('**/next?count=10');
    await page.clock.fastForward(Date.UTC(2099, 5) - Date.now());
    await asked;
    await visit.close();
  });

  it('counts its runs by result, and shows those of a result', async () => {
    const { jobId, scheduleId } = stage.broken;
    const all = await runsOf(dashboard, `scheduleId=${scheduleId}`);
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await visit.goto(schedulePath(jobId, scheduleId));
    const byResult = page.getByRole('navigation', { name: 'Runs by result' });
    await byResult.waitFor();
    expect(await byResult.getByRole('link').allTextContents()).toEqual([
      `All ${all.length}`,
      'Succeeded 0',
      `Failed ${all.length}`,
      'Running 0',
    ]);
    await byResult.getByRole('link', { name: 'Succeeded' }).click();
    await page.getByText('There are no such runs').waitFor();
    expect(new URL(page.url()).search).toBe('?state=succeeded');
    await page.goBack();
    await page.getByRole('rowheader').first().waitFor();
    await visit.close();
  });

  it('downloads what the API tells', async () => {
    const { jobId, scheduleId } = stage.healthy;
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await visit.goto(schedulePath(jobId, scheduleId));
    const fileOf = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name }).click(),
      ]);
      return readFile(await download.path(), 'utf8');
    };
    const told = await runsOf(dashboard, `scheduleId=${scheduleId}`);
    const lines = (await fileOf('as NDJSON'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Run & { text: string });
    expect(lines.map(({ text: _text, ...run }) => run)).toEqual(told);
    expect(lines.map(({ text }) => text)).toEqual(told.map(() => 'done'));
    const [head, ...rows] = (await fileOf('as CSV')).trim().split('\r\n');
    expect(head).toMatch(/^runId,/);
    expect(rows.map((row) => row.split(',')[0])).toEqual(told.map(({ runId }) => runId));
    await visit.close();
  });
});

describe('The page of the runs', () => {
  it('counts what the API counts, and is filtered by a form whose choice is in the address', async () => {
    const all = await runsOf(dashboard, `tenantId=${TENANTS.beta}`);
    const failed = all.filter(({ state }) => /ERROR/.test(state));
    const visit = await dashboard.visitAs('--tenant', 'beta');
    const { page } = visit;
    await visit.goto('/dashboard/');
    await visit.firstLine(COUNTED);
    await page.keyboard.type('gr');
    expect(await visit.firstLine(/\d runs/)).toBe(`${all.length} runs, ${failed.length} failed`);
    await page.getByLabel('Result').selectOption('Failed');
    await page.getByLabel('From (UTC)').fill('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Show' }).click();
    const line = `${failed.length} failed runs since 2020-01-01 00:00 UTC`;
    expect(await visit.firstLine('failed runs since')).toBe(line);
    expect(new URL(page.url()).search).toBe('?state=failed&from=2020-01-01T00:00');
    expect(await page.getByRole('rowheader').count()).toBe(failed.length);
    await page.reload();
    expect(await visit.firstLine('failed runs since')).toBe(line);
    await page.getByRole('link', { name: 'Clear the filter' }).click();
    await visit.firstLine(/^\d+ runs, \d+ failed$/);
    expect(visit.complaints).toEqual([]);
    await visit.close();
  });

  it('keeps what is typed and the place of the typist, and says at the field what is wrong', () =>
    typesTimes(dashboard));

  it('takes a reader who turns the page to its beginning', () => turnsPages(dashboard, stage));

  it('has a picture that leads from each part of the time to its runs', () => opensThePicture(dashboard));
});

// What follows adds runs to those that are counted above.
describe('What runs again', () => {
  it('is one run with its data', () => runsOneAgain(dashboard, stage));

  it('is what failed, once its number is typed', () => runsFailedAgain(dashboard));

  it('is the past times of a schedule, until they are called off', () => makesUpPastTimes(dashboard, stage));
});

describe('The page of the plan', () => {
  it('is read minute by minute, and leads to the runs of each', () => readsThePlan(dashboard));
});
