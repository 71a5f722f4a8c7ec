import { Global, Module, type DynamicModule } from '@nestjs/common';
import { BindingIndex } from '../auth/binding/binding-index.js';
import { BindingReader } from '../auth/binding/binding.reader.js';
import { BindingService } from '../auth/binding/binding.service.js';
import { BindingStore } from '../auth/binding/binding.store.js';
import { SecretMint } from '../auth/binding/secret-mint.js';
import { HASH_COST, SLOW } from '../auth/binding/client-secret.js';
import { SlowTurns } from '../auth/binding/slow-turns.js';
import { VcapServices } from '../auth/binding/vcap-services.js';
import { KeptCredentials } from '../auth/first-start/kept-credentials.js';
import { KeyRing } from '../auth/key/key-ring.js';
import { SigningKeyStore } from '../auth/key/signing-key.store.js';
import { ConfigModule } from '../config/config.module.js';
import { CONFIG, type Config } from '../config/config.js';
import { Clock, SystemClock } from '../core/clock.js';
import { Database } from '../database/database.js';
import { openDatabase } from '../database/open-database.js';
import { Sealing } from '../database/sealing/sealing.js';
import { ReplicaModule } from '../replica/replica.module.js';
import { TenantModule } from '../tenant/tenant.module.js';
import { NewBinding } from './new-binding.js';

/** The database of the service, beside the service. */
@Global()
@Module({
  providers: [
    {
      provide: Database,
      useFactory: ({ databaseUrl }: Config) => openDatabase(databaseUrl, { isGuest: true }),
      inject: [CONFIG],
    },
    { provide: Clock, useClass: SystemClock },
    {
      provide: Sealing,
      useFactory: ({ keyEncryptionSecret }: Config) => new Sealing(keyEncryptionSecret),
      inject: [CONFIG],
    },
  ],
  exports: [Database, Clock, Sealing],
})
class GuestDatabaseModule {}

/** What a command needs of the service to make a binding: no API, no dispatch, no first start. */
@Module({})
export class NewBindingModule {
  static of(config: Config): DynamicModule {
    return {
      module: NewBindingModule,
      imports: [ConfigModule.of(config), GuestDatabaseModule, ReplicaModule, TenantModule],
      providers: [
        BindingIndex,
        BindingReader,
        BindingService,
        BindingStore,
        KeptCredentials,
        KeyRing,
        NewBinding,
        SecretMint,
        SigningKeyStore,
        SlowTurns,
        { provide: HASH_COST, useValue: SLOW },
        VcapServices,
      ],
    };
  }
}
