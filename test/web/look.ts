import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CALL_PICTURES, CALL_SCENES } from './support/call-scenes.js';
import { Dashboard } from './support/dashboard.js';
import { EDITOR_SCENES } from './support/editor-scenes.js';
import { EDITOR_SETTING_SCENES } from './support/editor-setting-scenes.js';
import { setTheEditorStage } from './support/editor-stage.js';
import { HOME_SCENES } from './support/home-scenes.js';
import { setTheHomeStage } from './support/home-stage.js';
import { JOB_SCENES, setJobsStage } from './support/job-scenes.js';
import { LOOKED_AT, PLAN_SCENES, setThePlan } from './support/plan-scenes.js';
import { CAUSE_SCENES, MORE_RUN_SCENES } from './support/run-cause-scenes.js';
import { QUICK_ENV, setTheCauseStage } from './support/run-cause-stage.js';
import { RUN_SCENES } from './support/run-scenes.js';
import { setTheRunStage } from './support/run-stage.js';
import { eachView, SCENES, setTheStage } from './support/scenes.js';
import type { Visit } from './support/visit.js';

/** `npm run look [words]`: a picture of every page and state whose name has these words, as each view shows it. */
const wanted = process.argv.slice(2).join(' ');
const folder = join(import.meta.dirname, '../../dist/look');
mkdirSync(folder, { recursive: true });

interface Looked<Stage> {
  readonly scenes: readonly {
    readonly name: string;
    readonly first: string | RegExp;
    readonly open: (dashboard: Dashboard, stage: Stage) => Promise<Visit>;
  }[];
  readonly set: (dashboard: Dashboard) => Promise<Stage>;
  readonly end: (stage: Stage) => Promise<void>;
  /** More of the service's environment. */
  readonly more?: Readonly<Record<string, string>>;
}

async function look<Stage>({ scenes, set, end, more = {} }: Looked<Stage>): Promise<void> {
  const chosen = scenes.filter((scene) => scene.name.includes(wanted));
  if (chosen.length === 0) return;
  const dashboard = await Dashboard.start({ more });
  try {
    const stage = await set(dashboard);
    for (const { name, first, open } of chosen) {
      const visit = await open(dashboard, stage);
      await visit.firstLine(first);
      await eachView(visit, async (view) => {
        const path = join(folder, `${name.replaceAll(' ', '-')}-${view}.png`);
        await visit.page.screenshot({ path, fullPage: view !== '1280-light' && view !== '1280-dark' });
      });
      await visit.close();
      console.log(`${name}: dist/look/${name.replaceAll(' ', '-')}-*.png`);
    }
    await end(stage);
  } finally {
    await dashboard.stop();
  }
}

await look({
  scenes: [...EDITOR_SCENES, ...EDITOR_SETTING_SCENES, ...CALL_SCENES, ...CALL_PICTURES],
  set: setTheEditorStage,
  end: (stage) => stage.end(),
});
await look({ scenes: HOME_SCENES, set: setTheHomeStage, end: (stage) => stage.end() });
await look({
  scenes: [...RUN_SCENES, ...MORE_RUN_SCENES, ...PLAN_SCENES, ...LOOKED_AT, ...CAUSE_SCENES],
  more: QUICK_ENV,
  set: async (dashboard) => {
    const stage = {
      causes: await setTheCauseStage(dashboard),
      ...(await setTheRunStage(dashboard)),
    };
    await setThePlan(dashboard);
    return stage;
  },
  end: async (stage) => {
    await stage.causes.end();
    await stage.end();
  },
});
await look({
  scenes: [...SCENES, ...JOB_SCENES],
  set: async (dashboard) => {
    await setTheStage(dashboard);
    await setJobsStage(dashboard);
  },
  end: async () => undefined,
});
