import { FIELDS, type Faults } from './faults.js';

/** Goes to the first field that is wrong, and opens what it stands in. */
export function goToFault({ fields }: Faults): void {
  const first = FIELDS.find((name) => name in fields);
  const field = first && document.getElementById(first);
  field?.closest('details')?.setAttribute('open', '');
  field?.focus();
}
