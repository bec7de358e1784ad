import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { usersContract } from '@shop/users/contract';
import { Argon2Passwords } from './adapters/argon2-passwords';
import { JwtAccessTokens } from './adapters/jwt-access-tokens';
import { KeySafe } from './adapters/key-safe';
import { accounts } from './adapters/migrations/0001-accounts';
import { PostgresAccounts } from './adapters/postgres-accounts';
import { PostgresAddresses } from './adapters/postgres-addresses';
import { PostgresFailedSignIns } from './adapters/postgres-failed-sign-ins';
import { PostgresKeyRings } from './adapters/postgres-key-rings';
import { PostgresRefreshFamilies } from './adapters/postgres-refresh-families';
import { RsaKeyMaker } from './adapters/rsa-key-maker';
import { AccessTokens } from './domain/access-tokens';
import { Accounts } from './domain/accounts';
import { Addresses } from './domain/addresses';
import { FailedSignInsByEmail } from './domain/failed-sign-ins';
import { KeyMaker, KeyRings } from './domain/key-ring';
import { Passwords } from './domain/passwords';
import { RefreshFamilies } from './domain/refresh-family';
import { AddAddressHandler } from './features/add-address/add-address';
import { AddAddressController } from './features/add-address/add-address.controller';
import { ChangeProfileHandler } from './features/change-profile/change-profile';
import { ChangeProfileController } from './features/change-profile/change-profile.controller';
import { ChoosePreferencesHandler } from './features/choose-preferences/choose-preferences';
import { ChoosePreferencesController } from './features/choose-preferences/choose-preferences.controller';
import { EveryMinute } from './features/every-minute/every-minute';
import { ForgetExpiredHandler } from './features/forget-expired/forget-expired';
import { ListAddressesHandler } from './features/list-addresses/list-addresses';
import { ListAddressesController } from './features/list-addresses/list-addresses.controller';
import { PublishSigningKeysHandler } from './features/publish-signing-keys/publish-signing-keys';
import { PublishSigningKeysController } from './features/publish-signing-keys/publish-signing-keys.controller';
import { SigningKeysTeller } from './features/publish-signing-keys/signing-keys-teller';
import { RefreshSignInHandler } from './features/refresh-sign-in/refresh-sign-in';
import { RefreshSignInController } from './features/refresh-sign-in/refresh-sign-in.controller';
import { PrepareAccountHandler } from './features/register/prepare-account';
import { RegisterHandler } from './features/register/register';
import { RegisterController } from './features/register/register.controller';
import { RemoveAddressHandler } from './features/remove-address/remove-address';
import { RemoveAddressController } from './features/remove-address/remove-address.controller';
import { ShowProfileHandler } from './features/show-profile/show-profile';
import { ShowProfileController } from './features/show-profile/show-profile.controller';
import { SignInHandler } from './features/sign-in/sign-in';
import { SignInController } from './features/sign-in/sign-in.controller';
import { SignOutHandler } from './features/sign-out/sign-out';
import { SignOutController } from './features/sign-out/sign-out.controller';
import { DeliveryAddressTeller } from './features/tell-delivery-address/tell-delivery-address';
import { TurnSigningKeysHandler } from './features/turn-signing-keys/turn-signing-keys';
import { SeedUsers } from './seed/seed-users';
import { UsersSettings } from './users-settings';

const features = [
  PrepareAccountHandler,
  RegisterHandler,
  SignInHandler,
  RefreshSignInHandler,
  SignOutHandler,
  ShowProfileHandler,
  ChangeProfileHandler,
  ChoosePreferencesHandler,
  AddAddressHandler,
  ListAddressesHandler,
  RemoveAddressHandler,
  PublishSigningKeysHandler,
  TurnSigningKeysHandler,
  ForgetExpiredHandler,
  EveryMinute,
];
const answers = [SigningKeysTeller, DeliveryAddressTeller];
const controllers = [
  RegisterController,
  SignInController,
  RefreshSignInController,
  SignOutController,
  PublishSigningKeysController,
  ShowProfileController,
  ChangeProfileController,
  ChoosePreferencesController,
  AddAddressController,
  ListAddressesController,
  RemoveAddressController,
];
const adapters = [
  { provide: UsersSettings, useFactory: () => new UsersSettings() },
  { provide: Accounts, useClass: PostgresAccounts },
  { provide: Addresses, useClass: PostgresAddresses },
  {
    provide: Passwords,
    useFactory: ({ argon2 }: UsersSettings) => new Argon2Passwords(argon2),
    inject: [UsersSettings],
  },
  { provide: FailedSignInsByEmail, useClass: PostgresFailedSignIns },
  { provide: RefreshFamilies, useClass: PostgresRefreshFamilies },
  {
    provide: KeySafe,
    useFactory: ({ keySecret }: UsersSettings) => new KeySafe(keySecret),
    inject: [UsersSettings],
  },
  { provide: KeyMaker, useClass: RsaKeyMaker },
  { provide: KeyRings, useClass: PostgresKeyRings },
  { provide: AccessTokens, useClass: JwtAccessTokens },
];

/** Who people are: their accounts, how they sign in, where they live. Signs what the others verify. */
@Module({
  imports: [ContextModule.of(usersContract, { migrations: [accounts], seed: SeedUsers })],
  controllers: [...controllers, ...answers],
  providers: [...features, ...adapters, SeedUsers],
})
export class UsersModule {}
