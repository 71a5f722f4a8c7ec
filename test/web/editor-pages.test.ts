import { atEndOfFile } from '../support/end-of-file.js';
import { Dashboard } from './support/dashboard.js';
import { CALL_SCENES } from './support/call-scenes.js';
import { EDITOR_SCENES } from './support/editor-scenes.js';
import { EDITOR_SETTING_SCENES } from './support/editor-setting-scenes.js';
import { setTheEditorStage, type EditorStage } from './support/editor-stage.js';
import { eachView } from './support/scenes.js';

let dashboard: Dashboard;
let stage: EditorStage;

beforeAll(async () => {
  dashboard = await Dashboard.start();
  atEndOfFile(() => dashboard.stop());
  stage = await setTheEditorStage(dashboard);
  atEndOfFile(() => stage.end());
});

describe('A page that edits', () => {
  it.each([...EDITOR_SCENES, ...EDITOR_SETTING_SCENES, ...CALL_SCENES])(
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
