import { counted } from '../time.js';

/** The words of what is done only once something was typed. */
export const CONFIRMATION = {
  type: (text: string) => `Type ${text} to confirm`,
  mismatch: (text: string) => `This is not ${text}`,
  confirm: 'Delete for good',
  deleting: 'Deleting ...',
  /** `12 run logs`; without a number where it is not known. */
  logs: (count: { readonly logs: number; readonly isMore: boolean } | undefined) => {
    if (!count) return 'all run logs';
    const { logs, isMore } = count;
    return `${isMore ? 'more than ' : ''}${counted(logs)} run ${logs === 1 && !isMore ? 'log' : 'logs'}`;
  },
} as const;
