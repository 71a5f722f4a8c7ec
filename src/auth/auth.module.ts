import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TenantModule } from '../tenant/tenant.module.js';
import { AuthGuard } from './auth.guard.js';
import { BearerTokens, LiveCallers } from './bearer-tokens.js';
import { BindingCallers } from './binding-callers.js';
import { BindingIndex } from './binding-index.js';
import { BindingSheets } from './binding-sheets.js';
import { BindingService } from './binding.service.js';
import { BindingStore } from './binding.store.js';
import { Bootstrap, FirstInstance } from './bootstrap.js';
import { ClientAuthentication, SecretMemory } from './client-authentication.js';
import { ClientCertificates } from './client-certificate.js';
import { ExternalIssuers } from './external-issuers.js';
import { FailedAttempts } from './failed-attempts.js';
import { FirstCredentials } from './first-credentials.js';
import { Issuers } from './issuers.js';
import { JwtStrategy } from './jwt.strategy.js';
import { KeyRing } from './key-ring.js';
import { KeyRotation } from './key-rotation.js';
import { MetadataController } from './oauth/metadata.controller.js';
import { TokenController } from './oauth/token.controller.js';
import { TokenService } from './oauth/token.service.js';
import { UserAssertions } from './oauth/user-assertions.js';
import { OwnIssuer } from './own-issuer.js';
import { OwnPlaces } from './own-places.js';
import { SecretMint } from './secret-mint.js';
import { StandardOutput, Terminal } from './terminal.js';
import { TokenIssuer } from './token-issuer.js';
import { TrustedProxies } from './trusted-proxies.js';
import { VerifiedSecrets } from './verified-secrets.js';

const credentials = [
  BindingIndex,
  BindingService,
  BindingStore,
  ClientAuthentication,
  ClientCertificates,
  FailedAttempts,
  SecretMint,
  SecretMemory,
  VerifiedSecrets,
];
const tokens = [KeyRing, KeyRotation, TokenIssuer, TokenService, UserAssertions];
const verification = [
  AuthGuard,
  BearerTokens,
  BindingCallers,
  ExternalIssuers,
  Issuers,
  JwtStrategy,
  LiveCallers,
  OwnIssuer,
  OwnPlaces,
];
const firstStart = [Bootstrap, FirstInstance, FirstCredentials, BindingSheets];

/** Keys, tokens, bindings, and the guard of every route. */
@Module({
  imports: [TenantModule],
  controllers: [TokenController, MetadataController],
  providers: [
    ...credentials,
    ...tokens,
    ...verification,
    ...firstStart,
    TrustedProxies,
    { provide: Terminal, useClass: StandardOutput },
    { provide: APP_GUARD, useExisting: AuthGuard },
  ],
  exports: [BindingService, BindingSheets, TokenIssuer],
})
export class AuthModule {}
