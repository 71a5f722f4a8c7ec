import type { TimingKind } from '../../api/editor.js';

/** A schedule as it is to be written. */
export interface Timing {
  readonly kind: TimingKind;
  readonly text: string;
}

const UNITS = [
  ['second', /^s(ecs?|econds?)?$/],
  ['minute', /^m(ins?|inutes?)?$/],
  ['hour', /^h(rs?|ours?)?$/],
  ['day', /^d(ays?)?$/],
  ['week', /^w(eeks?)?$/],
] as const;
const INTERVAL = /^(?:every )?(\d+)? ?([a-z]+)$/;
const TIME_OF_DAY =
  /^(?:(?:every day|daily) )?(?:at )?(\d{1,2}[:.]\d\d(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon|midnight)$/;
/** Five to seven fields, one of which at least is any. */
const CRON = /^(?=.*\*)[\w*/,:.?#@-]+(?: [\w*/,:.?#@-]+){4,6}$/;

/** Returns what a text that cannot be read as one kind of schedule is as another one; null where it is nothing usual. */
export function otherKindOf(kind: TimingKind, written: string): Timing | null {
  const text = written.trim().toLowerCase().replace(/\s+/g, ' ');
  const [, count = '1', letters = ''] = INTERVAL.exec(text) ?? [];
  const [unit] = UNITS.find(([, words]) => words.test(letters)) ?? [];
  if (unit) return { kind: 'interval', text: `${Number(count)} ${unit}${Number(count) === 1 ? '' : 's'}` };
  const [, time] = TIME_OF_DAY.exec(text) ?? [];
  if (time !== undefined && kind !== 'dailyAt') return { kind: 'dailyAt', text: time };
  return kind !== 'cron' && CRON.test(text) ? { kind: 'cron', text } : null;
}
