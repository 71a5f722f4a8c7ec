import { createPrivateKey, createPublicKey, randomUUID, type KeyPairKeyObjectResult } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { KeyRing } from '../../src/auth/key/key-ring.js';

/** The cost of a hash in test applications, where the true one would be half of their CPU time; see auth/pieces.test.ts. */
export const QUICK = 2;

/** How many pairs a test run makes. */
const PAIRS = 16;
/** How many this test file has taken. */
let taken = 0;

/**
 * The key ring of a test application. Its pairs are made once in a run, because one costs as much CPU time as a whole
 * start. Test files take them in turns: no application has the same one twice, nor as another one beside it.
 */
@Injectable()
export class PooledKeyRing extends KeyRing {
  protected override async newPair(): Promise<KeyPairKeyObjectResult> {
    const run = process.env['CARILLON_TEST_FOLDER'];
    if (run === undefined) return super.newPair();
    const folder = join(run, 'keys');
    const file = join(folder, `${taken++ % PAIRS}.pem`);
    if (existsSync(file)) {
      const privateKey = createPrivateKey(readFileSync(file));
      return { privateKey, publicKey: createPublicKey(privateKey) };
    }
    const pair = await super.newPair();
    mkdirSync(folder, { recursive: true });
    // In one step: another worker may want the same one now.
    const draft = `${file}.${randomUUID()}`;
    writeFileSync(draft, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    renameSync(draft, file);
    return pair;
  }
}
