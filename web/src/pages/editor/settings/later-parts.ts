/** What the editor shows below everything else, or inside "more": loaded together, after the rest of it. */
export { ChangedMeanwhile } from '../changed-meanwhile.js';
export { CodeTabs } from '../code-tabs.js';
export { CallSettingFields } from './call-settings.js';
export { JobSettingFields } from './job-settings.js';
export { NotSaved } from '../not-saved.js';
export { ScheduleList } from '../schedule-list.js';
export { ScheduleSettingFields } from './schedule-settings.js';
export { TestAnswer } from '../test-answer.js';
