import { catchUpSetting, maxRunsSetting, pauseOnFailuresSetting } from './life-settings.js';
import { breakerSetting } from './breaker.js';
import { cancelActionSetting } from './cancel-action.js';
import { headersSetting } from './headers.js';
import { overlapSetting } from './overlap.js';
import { repeatAfterSetting } from './repeat-after.js';
import type { Json } from './json.js';
import { retrySetting } from './retry.js';
import { spreadSetting } from './spread.js';
import { signingSetting } from './signing.js';
import { throttleSetting } from './throttle.js';
import { timeoutSetting } from './timeout.js';
import { dstSetting, timeZoneSetting } from './zone-settings.js';

export type Owner = 'job' | 'schedule';

/** An optional setting of a job or a schedule (schedule-extensions.md). */
export interface Setting {
  /** What may have it. A schedule's takes the place of its job's as a whole. */
  readonly of: readonly Owner[];
  /** Returns a value as it is stored and answered. Throws InvalidInput that names field, value and remedy. */
  readonly valueOf: (given: unknown) => Json;
}

/** All optional settings by their names on the wire, in the order in which answers show them. */
export const SETTINGS = {
  timeZone: { of: ['schedule'], valueOf: timeZoneSetting },
  dst: { of: ['schedule'], valueOf: dstSetting },
  maxRuns: { of: ['schedule'], valueOf: maxRunsSetting },
  pauseOnFailures: { of: ['schedule'], valueOf: pauseOnFailuresSetting },
  catchUp: { of: ['schedule'], valueOf: catchUpSetting },
  retry: { of: ['job', 'schedule'], valueOf: retrySetting },
  timeout: { of: ['job'], valueOf: timeoutSetting },
  overlap: { of: ['schedule'], valueOf: overlapSetting },
  repeatAfter: { of: ['schedule'], valueOf: repeatAfterSetting },
  spread: { of: ['schedule'], valueOf: spreadSetting },
  throttle: { of: ['job'], valueOf: throttleSetting },
  cancelAction: { of: ['job'], valueOf: cancelActionSetting },
  // Stored are the names; the values are sealed, in a column of their own.
  headers: { of: ['job'], valueOf: headersSetting },
  signing: { of: ['job'], valueOf: signingSetting },
  breaker: { of: ['job'], valueOf: breakerSetting },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof SETTINGS;

// The keys of a literal.
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Returns the names of the settings that a job or a schedule may have. */
export function settingNames(owner: Owner): SettingName[] {
  return SETTING_NAMES.filter((name) => (SETTINGS[name].of as readonly Owner[]).includes(owner));
}

/** Settings as they are stored, or as a change gives them: null takes one off, and one that is not there stays as it is. */
export type Settings = { readonly [Name in SettingName]?: Json };

/** Returns the settings that a stored text holds; a newer version's are left out. Throws Error for a text that is no JSON object. */
export function readSettings(text: string | null): Settings {
  return text === null ? {} : knownOf(objectIn(text));
}

/** Returns the same for a reader; a damaged text holds none, so that whoever looks at it can set it anew. */
export function storedSettings(text: string | null): Settings {
  return knownOf(readable(text));
}

function knownOf(all: Readonly<Record<string, Json>>): Settings {
  return Object.fromEntries(SETTING_NAMES.flatMap((name) => (name in all ? [[name, all[name]]] : [])));
}

/** The text to store after a change of settings, null where none is left; and the names of those that differ. */
export interface ChangedSettings {
  readonly text: string | null;
  readonly changed: readonly SettingName[];
}

/** Returns what a change makes of stored settings. What a newer version has stored stays. */
export function changedSettings(text: string | null, change: Settings): ChangedSettings {
  const all = readable(text);
  const changed = SETTING_NAMES.filter((name) => {
    const value = change[name];
    return value !== undefined && JSON.stringify(value) !== JSON.stringify(all[name] ?? null);
  });
  if (changed.length === 0) return { text, changed };
  const next = Object.entries({ ...all, ...change }).filter(([, value]) => value !== null);
  return { text: next.length === 0 ? null : JSON.stringify(Object.fromEntries(next)), changed };
}

/** Returns settings in which each that is not given is taken off: those of what replaces something. */
export function allSettings(given: Settings): Settings {
  return { ...NOTHING_SET, ...given };
}

const NOTHING_SET: Settings = Object.freeze(Object.fromEntries(SETTING_NAMES.map((name) => [name, null])));

function readable(text: string | null): Readonly<Record<string, Json>> {
  const value = text === null ? null : parsed(text);
  return isObject(value) ? value : {};
}

function objectIn(text: string): Readonly<Record<string, Json>> {
  const value = parsed(text);
  if (isObject(value)) return value;
  throw new Error('A stored policy must be the JSON text of an object.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What JSON text was read to an object has nothing but JSON in it. */
function isObject(value: unknown): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
