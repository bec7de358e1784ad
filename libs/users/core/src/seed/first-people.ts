/** Who is known on the first day in development, with passwords that are no secret. */
export const ANN = {
  id: '0190b6a0-0000-7000-8000-0000000000a1',
  email: 'ann@example.org',
  name: 'Ann Ferreira',
  password: 'banyan-demo-ann',
  roles: ['customer'],
} as const;

export const SAM = {
  id: '0190b6a0-0000-7000-8000-0000000000a2',
  email: 'sam@example.org',
  name: 'Sam Okafor',
  password: 'banyan-demo-sam',
  roles: ['customer', 'staff'],
} as const;

export const ANNS_ADDRESS = {
  id: '0190b6a0-0000-7000-8000-000000000001',
  name: 'Ann Ferreira',
  line1: 'Lindenallee 12',
  city: 'Hamburg',
  postalCode: '20259',
  country: 'DE',
} as const;
