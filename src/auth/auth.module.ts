import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { OutboundModule } from '../outbound/outbound.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { AuthGuard } from './auth.guard.js';
import { TokenVerifier, LiveCallers } from './verify/token-verifier.js';
import { BindingCallers } from './verify/binding-callers.js';
import { BindingIndex } from './binding/binding-index.js';
import { BindingReader } from './binding/binding.reader.js';
import { BindingService } from './binding/binding.service.js';
import { BindingStore } from './binding/binding.store.js';
import { Bootstrap, FirstInstance } from './first-start/bootstrap.js';
import { ClientAuthentication } from './binding/client-authentication.js';
import { ClientCertificates } from './binding/client-certificate.js';
import { ExternalIssuers } from './verify/external-issuers.js';
import { FailedAttempts } from './binding/failed-attempts.js';
import { FirstCredentials } from './first-start/first-credentials.js';
import { KeptCredentials } from './first-start/kept-credentials.js';
import { LaterStart } from './first-start/later-start.js';
import { Issuers } from './verify/issuers.js';
import { SessionCallers } from './verify/session-callers.js';
import { JwtStrategy } from './verify/jwt.strategy.js';
import { KeyRing } from './key/key-ring.js';
import { KeyRotation } from './key/key-rotation.js';
import { SigningKeyStore } from './key/signing-key.store.js';
import { MetadataController } from './oauth/metadata.controller.js';
import { TokenController } from './oauth/token.controller.js';
import { TokenMetrics } from './oauth/token-metrics.js';
import { TokenService } from './oauth/token.service.js';
import { UserAssertions } from './oauth/user-assertions.js';
import { OwnIssuer } from './verify/own-issuer.js';
import { SecretMint } from './binding/secret-mint.js';
import { VcapServices } from './binding/vcap-services.js';
import { StandardOutput, Terminal } from './first-start/terminal.js';
import { TokenIssuer } from './key/token-issuer.js';
import { Zones } from './zones.js';
import { TrustedProxies } from './trusted-proxies.js';
import { HASH_COST, SLOW } from './binding/client-secret.js';
import { SlowTurns } from './binding/slow-turns.js';
import { SecretCache } from './binding/secret-cache.js';

const credentials = [
  BindingIndex,
  BindingReader,
  BindingService,
  BindingStore,
  ClientAuthentication,
  ClientCertificates,
  FailedAttempts,
  SecretMint,
  SecretCache,
  SlowTurns,
  { provide: HASH_COST, useValue: SLOW },
];
const tokens = [
  KeyRing,
  KeyRotation,
  SigningKeyStore,
  TokenIssuer,
  TokenMetrics,
  TokenService,
  UserAssertions,
];
const verification = [
  AuthGuard,
  TokenVerifier,
  BindingCallers,
  ExternalIssuers,
  Issuers,
  JwtStrategy,
  LiveCallers,
  OwnIssuer,
  SessionCallers,
  Zones,
];
const firstStart = [Bootstrap, FirstInstance, FirstCredentials, KeptCredentials, LaterStart, VcapServices];

/** Keys, tokens, bindings, and the guard of every route. */
@Module({
  imports: [OutboundModule, TenantModule],
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
  exports: [
    BindingIndex,
    BindingService,
    ClientAuthentication,
    FailedAttempts,
    LiveCallers,
    SessionCallers,
    Terminal,
    TokenIssuer,
    VcapServices,
    Zones,
  ],
})
export class AuthModule {}
