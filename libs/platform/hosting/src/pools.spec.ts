import { contextDatabase } from '@banyan/testing';
import { poolBudget, sayPools } from './pools';

describe('The sum of pools', () => {
  it('counts every context with its session, against what the server allows', async () => {
    const { database, drop } = await contextDatabase({ name: 'orders', migrations: [] });
    const [row] = await database.query<{ max_connections: string }>('SHOW max_connections');

    const budget = await poolBudget([database, database]);

    expect(budget.wanted).toBe(2 * (8 + 1));
    expect([...budget.allowed.values()]).toEqual([Number(row?.max_connections)]);
    expect(sayPools(budget)).toMatch(/^may open 18 database connections; .+ allows \d+ in all$/);
    await drop();
  });
});
