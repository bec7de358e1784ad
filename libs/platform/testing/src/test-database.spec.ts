import { Client } from 'pg';
import { eventually } from './eventually';
import { testDatabase } from './test-database';

describe('A test database', () => {
  it('is empty, its own, and gone when dropped, also while somebody is connected', async () => {
    const first = await testDatabase();
    const second = await testDatabase();
    const client = new Client({ connectionString: first.url });
    const ended = new Promise((resolve) => client.on('error', resolve));
    await client.connect();

    await client.query('CREATE TABLE things (id int)');

    const other = new Client({ connectionString: second.url });
    await other.connect();
    await expect(other.query('SELECT * FROM things')).rejects.toThrow('does not exist');

    await first.drop();
    await ended;
    const { rows } = await other.query('SELECT 1 FROM pg_database WHERE datname = $1', [first.name]);
    expect(rows).toEqual([]);
    await other.end();
    await second.drop();
  });
});

describe('Waiting for an outcome', () => {
  it('goes on while it throws or is false, and returns what it was', async () => {
    const answers = [() => false as const, () => fail(), () => 'there'];

    expect(await eventually(() => answers.shift()!())).toBe('there');
  });

  it('ends with the last error', async () => {
    await expect(eventually(() => fail(), { timeoutMs: 30 })).rejects.toThrow('not yet');
  });

  const fail = (): never => {
    throw new Error('not yet');
  };
});
