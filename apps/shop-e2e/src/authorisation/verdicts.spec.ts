import type { Operation } from '../fuzz/requests';
import { pageOf, verdictsOn } from './verdicts';

const operation = (changed: Partial<Operation> = {}): Operation => ({
  method: 'GET',
  path: '/api/v1/orders/{id}',
  parameters: [],
  statuses: [200],
  open: false,
  ...changed,
});
const hidden = { others: 404, staff: 404 } as const;

describe('Who may do something', () => {
  it('is everybody, a role, or whose it is', () => {
    expect(verdictsOn(operation({ open: true }), {})).toEqual({
      anybody: 'yes',
      owner: 'yes',
      other: 'yes',
      staff: 'yes',
    });
    expect(verdictsOn(operation({ roles: ['staff'] }), {})).toEqual({
      anybody: 401,
      owner: 403,
      other: 403,
      staff: 'yes',
    });
    expect(verdictsOn(operation(), hidden)).toEqual({ anybody: 401, owner: 'yes', other: 404, staff: 404 });
  });

  it.each([
    ['an operation that nobody thought of', operation(), undefined, 'has no row'],
    ['one that is open though it is about a person', operation({ open: true }), hidden, 'not for an owner'],
    ['one of which nobody says whose it is', operation(), {}, 'must say what is whose'],
    ['one that lost its role', operation({ path: '/api/v1/products' }), {}, 'must say what is whose'],
    ['one that shows another’s by id', operation(), { others: 'own', staff: 'own' } as const, 'by id'],
  ])('is not settled for %s', (_, given, row, reason) => {
    expect(() => verdictsOn(given, row)).toThrow(reason);
  });

  it('is a table for people', () => {
    const page = pageOf([operation()], { 'GET /orders/{id}': hidden });

    expect(page).toContain('| `GET /orders/{id}` | 401     | yes   | 404              | 404   |');
  });
});
