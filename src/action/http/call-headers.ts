import { Injectable } from '@nestjs/common';
import type { Instant } from '../../core/instant.js';
import type { HeaderValues } from '../../core/policy/headers.js';
import { openHeaders } from '../../database/sealing/sealed-headers.js';
import { Sealing } from '../../database/sealing/sealing.js';
import { signatureHeaders } from '../../signing/signature.js';
import { Signers } from '../../signing/signers.js';
import { bodyOf, type HttpRequest } from './http-caller.js';

/** What a job says of the headers of its calls. */
export interface HeadersOfJob {
  readonly sealedHeaders?: string | null;
  readonly isSigned?: boolean;
}

/** What a signature names a call by, and when it is sent. */
interface Sent {
  readonly id: string;
  readonly at: Instant;
}

/** The headers that jobs ask for beside those of every call: their own ones, and signatures by the keys of the tenant. */
@Injectable()
export class CallHeaders {
  constructor(
    private readonly sealing: Sealing,
    private readonly signers: Signers,
  ) {}

  /** Returns the additional headers of a job, none of a name that the service sets; null where it has none. Throws where they cannot be read. */
  ofJob({ sealedHeaders = null }: HeadersOfJob): HeaderValues | null {
    return sealedHeaders === null ? null : openHeaders(this.sealing, sealedHeaders);
  }

  /**
   * Returns what signs calls of a tenancy, each as it is sent. Throws CannotSign: a call that is to be signed is never made
   * without it.
   */
  async signer(tenancyId: number): Promise<(request: HttpRequest, sent: Sent) => HttpRequest> {
    const signers = await this.signers.of(tenancyId);
    return (request, sent) => {
      const signature = signatureHeaders(signers, { ...sent, body: bodyOf(request) ?? '' });
      return { ...request, headers: { ...request.headers, ...signature } };
    };
  }
}
