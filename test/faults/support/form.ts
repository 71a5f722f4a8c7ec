/** Whether the long form runs: `npm run test:faults -- --long`. The short one is part of CI. */
export const isLong = process.env['CARILLON_FAULTS'] === 'long';

/** Returns the one or the other, by the form that runs. */
export function inForm<Value>(forms: { readonly short: Value; readonly long: Value }): Value {
  return isLong ? forms.long : forms.short;
}
