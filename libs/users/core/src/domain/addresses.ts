/** Where something can be sent to. */
export interface Address {
  readonly id: string;
  /** Whoever is to receive it. */
  readonly name: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly postalCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
}

/** The addresses that people keep. One of another person is as good as none. */
export abstract class Addresses {
  /** @throws AccountNotFound */
  abstract add(accountId: string, address: Address): Promise<void>;

  /** Those of a person, newest first, older than `after`. */
  abstract of(
    accountId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<Address[]>;

  abstract find(accountId: string, addressId: string): Promise<Address | undefined>;

  /** @throws AddressNotFound */
  abstract remove(accountId: string, addressId: string): Promise<void>;
}
