import { Client } from 'pg';

/** Works on a connection of its own, whose search path is `schema` (Default: the role's), and ends it whatever happens. */
export async function withClient<T>(
  url: string,
  work: (client: Client) => Promise<T>,
  schema?: string,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    ...(schema && { options: `-c search_path=${schema}` }),
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
