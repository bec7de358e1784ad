import {
  contextContract,
  event,
  request,
  requestError,
  sensitive,
  SigningKeys,
  Uuid,
} from '@banyan/contracts';
import type { EventOf, ReplyOf, RequestOf } from '@banyan/contracts';
import { z } from 'zod';

const profile = { name: sensitive(z.string()), email: sensitive(z.string()) };
const Preferences = z.object({ orderMails: z.boolean() });

/** Somebody opened an account, and may buy from now on. */
export const CustomerRegistered = event(
  'users.customer-registered.v1',
  { customerId: Uuid, ...profile, preferences: Preferences },
  { key: 'customerId' },
);
export type CustomerRegistered = EventOf<typeof CustomerRegistered>;

/** A customer is called or reached otherwise now: all of the profile, not the difference. */
export const CustomerProfileChanged = event(
  'users.customer-profile-changed.v1',
  { customerId: Uuid, ...profile },
  { key: 'customerId' },
);
export type CustomerProfileChanged = EventOf<typeof CustomerProfileChanged>;

/** A customer wants to hear of other things now: all of the preferences. */
export const CustomerPreferencesChanged = event(
  'users.customer-preferences-changed.v1',
  { customerId: Uuid, preferences: Preferences },
  { key: 'customerId' },
);
export type CustomerPreferencesChanged = EventOf<typeof CustomerPreferencesChanged>;

/** The customer has no such address: it never was, was removed, or is another person's. */
export class UnknownAddress extends requestError(
  'users.unknown-address',
  'invalid',
  { addressId: Uuid },
  ({ addressId }) => `No address ${addressId} of yours`,
) {}

/** Where does this address of this customer lead? */
export const DeliveryAddress = request('users.delivery-address.v1', {
  request: { customerId: Uuid, addressId: Uuid },
  reply: {
    address: sensitive(
      z.object({
        name: z.string(),
        line1: z.string(),
        line2: z.string().optional(),
        city: z.string(),
        postalCode: z.string(),
        /** ISO 3166-1 alpha-2. */
        country: z.string(),
      }),
    ),
  },
  errors: [UnknownAddress],
});
export type DeliveryAddress = RequestOf<typeof DeliveryAddress>;
export type AddressFound = ReplyOf<typeof DeliveryAddress>;

/** What users tells and answers. */
export const usersContract = contextContract('users', {
  events: [CustomerRegistered, CustomerProfileChanged, CustomerPreferencesChanged],
  requests: [DeliveryAddress, SigningKeys],
});
