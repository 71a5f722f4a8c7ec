import { Injectable } from '@nestjs/common';
import { namesOf, withStoredValues, type GivenHeaders, type HeaderValues } from '../core/policy/headers.js';
import type { Settings } from '../core/policy/settings.js';
import type { JobRow } from '../database/entities/job.row.js';
import { readableHeaders, sealHeaders } from '../database/sealing/sealed-headers.js';
import { Sealing } from '../database/sealing/sealing.js';
import { movesElsewhere } from './draft/job-difference.js';
import type { Sealed } from './draft/job.draft.js';

/** What a job, or a change of one, says of its headers: undefined where they stay. */
interface HeadersGiven {
  readonly headers: GivenHeaders | null | undefined;
  readonly action: string | undefined;
  readonly policy: Settings;
}

/**
 * The headers of jobs on their way into rows. Null as the value of a header stands for the stored one, which nobody is shown:
 * what was read may be sent back. Stored values do not go along to an action of another origin, as credentials do not.
 */
@Injectable()
export class JobHeaders {
  constructor(private readonly sealing: Sealing) {}

  /** Returns what is given for a job, ready to be stored; `row` is null for a new one. Throws InvalidInput where a value is missing. */
  sealed<C extends HeadersGiven>(content: C, row: JobRow | null): Sealed<C> {
    const { headers: given, ...rest } = content;
    // What is taken out of a type and put in again is the type, which TypeScript cannot know of one that is a parameter.
    const as = (headers: string | null | undefined, names?: Settings['headers']) =>
      ({
        ...rest,
        headers,
        policy: names === undefined ? rest.policy : { ...rest.policy, headers: names },
      }) as Sealed<C>;
    if (given === undefined) {
      const isLost = row !== null && row.headers !== null && movesElsewhere(row, content.action);
      return isLost ? as(null, null) : as(undefined);
    }
    if (given === null || Object.keys(given).length === 0) return as(null, null);
    const stored = this.stored(row, content.action);
    const values = withStoredValues(given, stored);
    const isSame = row !== null && JSON.stringify(values) === JSON.stringify(stored);
    return as(isSame ? row.headers : sealHeaders(this.sealing, values), namesOf(values));
  }

  /** Returns what replaces a job with the stored values in it. Throws InvalidInput where one is missing. */
  completed<C extends HeadersGiven>(content: C, row: JobRow | null): C {
    const { headers, action } = content;
    if (headers === undefined || headers === null) return content;
    return { ...content, headers: withStoredValues(headers, this.stored(row, action)) };
  }

  private stored(row: JobRow | null, action: string | undefined): HeaderValues {
    if (row === null || row.headers === null || movesElsewhere(row, action)) return {};
    return readableHeaders(this.sealing, row.headers);
  }
}
