import { InvalidInput, shown } from '../../core/errors.js';
import type { RunnerRow } from '../../database/entities/runner.row.js';

type Place = Pick<RunnerRow, 'api' | 'caCertificate'>;

/**
 * Throws InvalidInput where a runner would take its stored credentials to another API, or trust other certificates there:
 * whoever may change a runner could read them. A path counts too: behind one host there may be several servers.
 */
export function refuseElsewhere(stored: Place, wanted: Place): void {
  const { api } = stored;
  if (api !== wanted.api) {
    throw new InvalidInput(
      `'credentials' is required: those that are stored belong to ${api}, and 'api' is ${shown(wanted.api)}`,
      'credentials',
    );
  }
  if (stored.caCertificate !== wanted.caCertificate) {
    throw new InvalidInput(
      "'credentials' is required: those that are stored belong to the 'caCertificate' that is stored",
      'credentials',
    );
  }
}
