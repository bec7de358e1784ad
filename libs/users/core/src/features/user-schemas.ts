import { sensitive } from '@banyan/contracts';
import { pageOf, text, Uuid } from '@banyan/http';
import { z } from 'zod';

const Email = z
  .string()
  .trim()
  .max(254)
  .regex(/^[A-Za-z0-9.!#$%&'*+=?^_{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/, {
    error: 'write an e-mail address',
  })
  .describe('Compared without regard to case');

const Name = text(100);
const Preferences = z.strictObject({ orderMails: z.boolean().describe('Mails about orders') });

/** What somebody writes to open an account. */
export const NewAccountBody = z
  .strictObject({
    email: Email,
    password: sensitive(z.string().min(10).max(200)).describe(
      '10 to 200 characters, every one of which counts',
    ),
    name: Name,
  })
  .meta({ id: 'NewAccount' });

export const AccountIdBody = z.object({ id: Uuid }).meta({ id: 'AccountId' });

export const CredentialsBody = z
  .strictObject({ email: Email, password: sensitive(z.string().min(1).max(200)) })
  .meta({ id: 'Credentials' });

export const RefreshBody = z
  .strictObject({ refreshToken: sensitive(z.string().min(1).max(200)) })
  .meta({ id: 'RefreshToken' });

export const TokensBody = z
  .object({
    accessToken: sensitive(z.string()).describe('Authorization: Bearer …'),
    refreshToken: sensitive(z.string()).describe('Good for one refresh, which brings the next'),
    expiresIn: z.int().describe('Seconds that the access token lives'),
  })
  .meta({ id: 'Tokens' });

export const ProfileBody = z
  .object({
    id: Uuid,
    email: z.string(),
    name: z.string(),
    roles: z.array(z.enum(['customer', 'staff'])),
    preferences: Preferences,
  })
  .meta({ id: 'Profile' });

export const ProfileChangeBody = z.strictObject({ name: Name }).meta({ id: 'ProfileChange' });

export const PreferencesBody = Preferences.meta({ id: 'Preferences' });

const address = {
  name: text(100),
  line1: text(200),
  line2: text(200).optional(),
  city: text(100),
  postalCode: text(20),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: 'write two capital letters, such as DE' })
    .describe('ISO 3166-1 alpha-2'),
};

export const NewAddressBody = z.strictObject(address).meta({ id: 'NewAddress' });

export const AddressIdBody = z.object({ id: Uuid }).meta({ id: 'AddressId' });

export const AddressPage = pageOf(z.object({ id: Uuid, ...address }).meta({ id: 'Address' })).meta({
  id: 'AddressPage',
});

export const KeySetBody = z
  .object({
    keys: z.array(
      z.object({
        kid: z.string(),
        kty: z.literal('RSA'),
        alg: z.literal('RS256'),
        use: z.literal('sig'),
        n: z.string(),
        e: z.string(),
      }),
    ),
  })
  .meta({ id: 'KeySet' });
