import type { TimingKind } from '../../api/editor.js';
import { EDITOR } from '../../texts/editor.js';

/** A usual schedule: it fills the text, which can be changed then. */
export interface Preset {
  readonly name: string;
  readonly kind: TimingKind;
  readonly text: string;
}

const { presets } = EDITOR;

/** Usual schedules, the most frequent first. */
export const PRESETS: readonly Preset[] = [
  { name: presets.tenSeconds, kind: 'interval', text: '10 seconds' },
  { name: presets.fiveMinutes, kind: 'cron', text: '* * * * * */5 0' },
  { name: presets.hour, kind: 'cron', text: '* * * * * 0 0' },
  { name: presets.night, kind: 'cron', text: '* * * * 3 0 0' },
  { name: presets.weekdays, kind: 'cron', text: '* * * mon:fri 9 0 0' },
  { name: presets.monday, kind: 'cron', text: '* * * mon 9 0 0' },
  { name: presets.firstDay, kind: 'cron', text: '* * 1 * 6 0 0' },
  { name: presets.lastDay, kind: 'cron', text: '* * -1 * 18 0 0' },
];
