import type { JobSettings } from '../../../api/settings.js';
import { numberOf } from './retry-form.js';

/** What is typed of how the endpoint of a job is called; '' is none. */
export interface CallForm {
  readonly throttle: { readonly calls: string; readonly per: string; readonly concurrency: string };
  readonly breaker: { readonly isOn: boolean; readonly holdFor: string };
  readonly headers: readonly HeaderForm[];
  readonly signing: boolean;
}

/** One additional header. */
export interface HeaderForm {
  readonly name: string;
  /** Null for the value that is stored, which nobody is shown. */
  readonly value: string | null;
  readonly isStored: boolean;
}

export const NO_CALL_SETTINGS: CallForm = {
  throttle: { calls: '', per: '', concurrency: '' },
  breaker: { isOn: false, holdFor: '' },
  ...{ headers: [], signing: false },
};

/** Returns the form of what is stored. */
export function callFormOf({ throttle = {}, breaker, headers = {}, signing = false }: JobSettings): CallForm {
  const { calls = '', per = '', concurrency = '' } = throttle;
  const { holdFor = '' } = breaker && breaker !== true ? breaker : {};
  return {
    throttle: { calls: String(calls), per, concurrency: String(concurrency) },
    breaker: { isOn: breaker !== undefined, holdFor },
    headers: Object.keys(headers).map((name) => ({ name, value: null, isStored: true })),
    signing,
  };
}

/** Returns the headers of a copy: the values do not go along. */
export function copiedHeaders({ headers }: CallForm): HeaderForm[] {
  return headers.map(({ name }) => ({ name, value: '', isStored: false }));
}

/** Returns what is sent; null takes a setting off. */
export function callBody({ throttle, breaker, headers, signing }: CallForm) {
  const typed = typedHeaders(headers);
  return {
    throttle: throttleBody(throttle),
    breaker: breaker.isOn ? holding(breaker.holdFor.trim()) : null,
    headers: typed.length > 0 ? Object.fromEntries(typed.map(({ name, value }) => [name, value])) : null,
    signing: signing || null,
  };
}

/** Returns the headers of which something is typed. */
export function typedHeaders(headers: readonly HeaderForm[]): HeaderForm[] {
  const typed = headers.map((header) => ({ ...header, name: header.name.trim() }));
  return typed.filter(({ name, value }) => name !== '' || value !== '');
}

function throttleBody({ calls, per, concurrency }: CallForm['throttle']): object | null {
  const body = {
    ...(calls.trim() && { calls: numberOf(calls) }),
    ...(per.trim() && { per: per.trim() }),
    ...(concurrency.trim() && { concurrency: numberOf(concurrency) }),
  };
  return Object.keys(body).length > 0 ? body : null;
}

const holding = (holdFor: string) => (holdFor === '' ? true : { holdFor });
