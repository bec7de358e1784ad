import { eventually } from '@banyan/testing';
import type { Witness } from './options';
import { Visitor } from './visitor';

/** Of everybody whom tests sign up. */
const PASSWORD = 'a password for tests';
/** Of Sam, whom the seed plants. */
const STAFF = { email: 'sam@example.org', password: 'banyan-demo-sam' };
const HOME = { line1: '1 Mill Lane', city: 'Leiden', postalCode: '2311', country: 'NL' };

/** How somebody comes to a shop. */
export interface Invitation {
  /** Whoever runs the shop. (Default: a customer) */
  readonly staff?: boolean;
  /** Headers with which a customer signs up. (Default: none) */
  readonly signingUp?: Readonly<Record<string, string>>;
}

/** Who comes to a shop: each signs in once, and is the same person from then on. */
export class People {
  /** By e-mail. */
  private readonly known = new Map<string, Promise<Visitor>>();

  constructor(
    private readonly url: () => string,
    private readonly witness?: Witness,
  ) {}

  /** The customer called `name`, who signs up at the first time and has an address then, or whoever runs the shop. */
  as(name: string, { staff = false, signingUp = {} }: Invitation = {}): Promise<Visitor> {
    const email = staff ? STAFF.email : `${name.replaceAll(/[^A-Za-z0-9]+/g, '.')}@example.com`;
    const visitor = this.known.get(email) ?? (staff ? this.sam(name) : this.customer(name, email, signingUp));
    this.known.set(email, visitor);
    return visitor;
  }

  /** Somebody who has not signed in. */
  anybody = (): Visitor => new Visitor(this.url(), { hearing: this.witness?.hearing('anybody') });

  private async sam(name: string): Promise<Visitor> {
    const token = await signIn(this.url(), STAFF);
    return new Visitor(this.url(), {
      token,
      hearing: this.witness?.hearing(name, { email: STAFF.email, staff: true }),
    });
  }

  private async customer(
    name: string,
    email: string,
    signingUp: Readonly<Record<string, string>>,
  ): Promise<Visitor> {
    const account = { email, password: PASSWORD };
    const token = await signIn(this.url(), account, (unheard) =>
      unheard.post('/users', { ...account, name }, signingUp),
    );
    const hearing = this.witness?.hearing(name, { email, staff: false });
    const { body } = await new Visitor(this.url(), { token }).post('/users/me/addresses', { name, ...HOME });
    return new Visitor(this.url(), { token, addressId: body.id, hearing });
  }
}

/** Tries until it is let in: Sam is there once the seed is planted, and a shop in trouble may not have taken who signed up. */
const signIn = (
  url: string,
  credentials: { readonly email: string; readonly password: string },
  before: (unheard: Visitor) => Promise<unknown> = () => Promise.resolve(),
): Promise<string> =>
  eventually(
    async () => {
      const unheard = new Visitor(url);
      await before(unheard);
      const { status, body } = await unheard.post('/auth/login', credentials);
      if (status !== 200)
        throw new Error(`${credentials.email} cannot sign in: ${status} ${JSON.stringify(body)}`);
      return body.accessToken as string;
    },
    { timeoutMs: 10_000, everyMs: 100 },
  );
