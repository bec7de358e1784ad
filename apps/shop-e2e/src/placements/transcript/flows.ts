import { CONTEXTS } from '../../shop/placements';
import type { Shop } from '../../shop/start-shop';
import type { Listener } from './listener';
import type { Names } from './names';

interface Told {
  readonly publisher: string;
  readonly type: string;
  readonly key: string;
  readonly data: string;
}

const LOGS = CONTEXTS.map(
  (context) => `SELECT '${context}' AS publisher, position, type, key, data FROM "${context}".event_log`,
).join(' UNION ALL ');

/**
 * What each context published of each key, in order, but for keys of which only races know. One person's notifications have many
 * causes, and no order among them.
 */
export async function flows(
  shop: Shop,
  { people }: Listener,
  names: Names,
): Promise<Record<string, readonly string[]>> {
  const accounts = await shop.sql<{ id: string; email: string }>('SELECT id, email FROM users.accounts');
  for (const [who, { email, race }] of people) {
    const account = accounts.find((each) => each.email === email.toLowerCase());
    if (account && !race) names.give(account.id, who);
  }
  const told = await shop.sql<Told>(`SELECT * FROM (${LOGS}) told ORDER BY publisher, position`);
  const scenes: Record<string, string[]> = {};
  for (const { publisher, type, key, data } of told) {
    const name = names.keyOf(key);
    if (name)
      (scenes[`${publisher} tells of ${name}`] ??= []).push(`${type} ${names.retell(JSON.parse(data))}`);
  }
  return Object.fromEntries(
    Object.entries(scenes).map(([scene, lines]) => [
      scene,
      scene.startsWith('notifications ') ? lines.sort() : lines,
    ]),
  );
}
