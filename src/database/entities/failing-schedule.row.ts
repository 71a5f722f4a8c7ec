/**
 * How a schedule stands that has failed within the time that run logs are kept for, stored as the place in this list:
 * - `failing`: the newest of its ended runs is no SUCCESS.
 * - `healed`: it was failing, and the newest of its ended runs is a SUCCESS.
 * - `off`: it would be failing, and its schedule or job is switched off.
 */
export const STANDINGS = ['failing', 'healed', 'off'] as const;
export type Standing = (typeof STANDINGS)[number];
