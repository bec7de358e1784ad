import { PaymentsSettings } from './payments-settings';

describe('The settings of payments', () => {
  it('have defaults', () => {
    expect(new PaymentsSettings({})).toMatchObject({
      providerUrl: 'http://localhost:3010',
      providerTimeoutMs: 5_000,
      providerCalls: 4,
      reconciliationIntervalMs: 600_000,
      underWayMs: 10_000,
    });
  });

  it.each([
    ['PAYMENT_PROVIDER_URL', 'localhost:3010'],
    ['PAYMENTS_PROVIDER_TIMEOUT', '5'],
    ['PAYMENTS_PROVIDER_TIMEOUT', '21s'],
    ['PAYMENTS_PROVIDER_CALLS', '0'],
    ['PAYMENTS_FIRST_RETRY', '-1s'],
    ['PAYMENTS_LONGEST_RETRY', '1.5m'],
    ['PAYMENTS_RECONCILIATION_INTERVAL', 'often'],
  ])('name %s when it is "%s"', (name, text) => {
    expect(() => new PaymentsSettings({ [name]: text })).toThrow(name);
  });

  it('let retries come further and further apart, up to a point', () => {
    const settings = new PaymentsSettings({});

    expect([1, 2, 3, 7, 1_000].map((attempt) => settings.retryDelayMs(attempt, 0.5))).toEqual([
      1_000, 2_000, 4_000, 60_000, 60_000,
    ]);
    expect([0, 1].map((chance) => settings.retryDelayMs(1, chance))).toEqual([800, 1_200]);
  });
});
