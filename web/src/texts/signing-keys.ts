import type { SigningKind } from '../api/signing.js';
import { utcDay } from '../time.js';

/** The words of the page of signing keys. */
export const SIGNING = {
  title: 'Signing keys',
  loading: 'Looking at the signing keys ...',
  notKnown: 'The signing keys are not known',
  none: 'No signing key yet: no call is signed',
  one: (at: number) => `One signing key, made ${utcDay(new Date(at))}`,
  two: 'Two signing keys: every signed call carries a signature by each',
  what: 'Your endpoint can tell by a signature that a call is from here and was not changed on its way. Calls are signed where the settings of their job say so.',
  whose: {
    provider:
      'These are the keys of your own jobs. Each tenant has its own: look as that tenant to see them.',
    tenant: (name: string) => `These are the keys of tenant ${name}.`,
  },
  rotation:
    'To change from one key to another, make the second, tell it to your endpoint, and delete the first: in between calls are signed by both.',

  list: 'Keys',
  kinds: { v1: 'Shared secret', v1a: 'Key pair' } satisfies Record<SigningKind, string>,
  kind: (kind: SigningKind) => `(${kind})`,
  made: 'Made',
  id: 'Key id',
  secretGone: 'Its secret was shown once, when it was made.',
  publicKey: 'Public key',
  verify: 'How your endpoint verifies a call',
  verifyHint: {
    v1: 'In Node.js, with the package standardwebhooks; there is one for most languages. It throws where the signature is wrong or old.',
    v1a: 'In Node.js, with nothing else.',
  } satisfies Record<SigningKind, string>,
  body: 'Here body is the text of the request as it came, and empty for a GET, whose query is not signed.',

  make: 'Make a key',
  makeKinds: { v1: 'Shared secret (v1)', v1a: 'Key pair (v1a)' } satisfies Record<SigningKind, string>,
  kindLabel: 'Kind',
  kindTexts: {
    v1: 'Your endpoint and Carillon have the same secret. Most libraries take this kind.',
    v1a: 'Carillon keeps the private half, and your endpoint has the public one, which is no secret.',
  } satisfies Record<SigningKind, string>,
  makeButton: 'Make key',
  making: 'Making ...',
  enough: 'Two keys are the most: delete one before you make another.',
  viewer: 'You may look at the keys and not change them.',
  madeNow: 'The new key',
  copyNow: 'Copy the secret now: it is not shown again',
  copyText: 'Give it to your endpoint, and keep it nowhere else. How it verifies a call stands below.',
  secret: 'Secret',
  hasPublic: 'The key is made: your endpoint verifies with its public key below',

  delete: 'Delete ...',
  deletion: {
    title: 'Delete this key',
    text: (other: boolean) =>
      other
        ? 'The key goes for good. Calls are signed by the other one alone from now on: an endpoint that does not know that one refuses them.'
        : 'The key goes for good, and it is the last one: this is refused while a job is signed.',
    word: 'delete',
    keep: 'Keep the key',
    done: 'A signing key is deleted.',
  },
} as const;
