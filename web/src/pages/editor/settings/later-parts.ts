/** What the editor shows below everything else, or inside "more": loaded together, after the rest of it. */
export { CodeTabs } from '../code-tabs.js';
export { JobSettingFields } from './job-settings.js';
export { ScheduleSettingFields } from './schedule-settings.js';
