import { Module } from '@nestjs/common';
import { TenantModule } from '../tenant/tenant.module.js';
import { SealedSigningKeys } from './sealed-signing-keys.js';
import { Signers } from './signers.js';
import { SigningKeyController } from './signing-key.controller.js';
import { SigningKeyService } from './signing-key.service.js';
import { SigningKeyStore } from './signing-key.store.js';
import { SigningUses } from './signing-uses.js';

/** By what calls are signed: the keys of tenants, and signatures by Standard Webhooks. */
@Module({
  imports: [TenantModule],
  controllers: [SigningKeyController],
  providers: [SealedSigningKeys, Signers, SigningKeyService, SigningKeyStore, SigningUses],
  exports: [Signers, SigningKeyStore, SigningUses],
})
export class SigningModule {}
