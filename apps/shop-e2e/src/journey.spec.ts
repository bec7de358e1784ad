import { Listener } from './placements/transcript/listener';
import { differences, transcribe, type Transcript } from './placements/transcript/transcript';
import { brokenRules } from './shop/books';
import { walkThrough } from './shop/journey';
import { placements } from './shop/placements';
import { Shop } from './shop/start-shop';

jest.setTimeout(60_000);

/** What is told of the first placement, which is the monolith. */
let monolith: Transcript | undefined;

describe.each(placements)('The shop, %s,', (_, placement) => {
  let shop: Shop;
  const listener = new Listener();

  beforeAll(async () => {
    shop = await Shop.open({ placement, witness: listener });
  });

  afterAll(() => shop?.close());

  walkThrough(() => shop);

  it('has its books in order when all is quiet', async () => {
    await shop.quiet();

    expect(await brokenRules(shop)).toEqual({});
  });

  it('told everybody the same as the monolith, event for event', async () => {
    const transcript = await transcribe(shop, listener);
    monolith ??= transcript;

    expect(Object.keys(transcript).length).toBeGreaterThan(200);
    expect(differences(monolith, transcript)).toEqual([]);
  });

  it('would be caught telling something else: a word, an event too few, two in another order', async () => {
    const [{ word }] = (await shop.sql(PLANT_A_WORD)) as [{ word: string }];
    const [{ lost }] = (await shop.sql(LOSE_AN_EVENT)) as [{ lost: string }];
    const [{ turned }] = (await shop.sql(TURN_TWO_ROUND)) as [{ turned: string }];
    expect([word, lost, turned].every(Boolean)).toBe(true);

    const found = differences(monolith!, await transcribe(shop, listener));

    expect(found).toEqual([
      expect.stringMatching(/^at last · ann 1: .*\n {4}became .*Something else/),
      expect.stringMatching(/^orders tells of .*: orders\.order-completed\.v1 .*\n {4}became nothing$/),
      expect.stringMatching(
        /^payments tells of .*: payments\.payment-captured\.v1 .*\n {4}became payments\.payment-refunded/,
      ),
    ]);
  });

  it('stops when it is told to, in good order, and leaves nothing behind', async () => {
    const ends = await shop.stop();

    for (const end of ends) expect(end).toMatchObject({ code: 0, left: false, faults: [] });
    expect(await shop.sessions()).toBe(0);
  });
});

const PLANT_A_WORD = `
  UPDATE notifications.notifications SET subject = 'Something else' WHERE id = (
    SELECT n.id FROM notifications.notifications n JOIN notifications.recipients r USING (customer_id)
     WHERE r.name = 'ann 1' AND n.template = 'welcome') RETURNING id AS word`;

const LOSE_AN_EVENT = `DELETE FROM orders.event_log WHERE type = 'orders.order-completed.v1' RETURNING id AS lost`;

/** Of the parcel that was lost: its money came back before it was paid. */
const TURN_TWO_ROUND = `
  WITH story AS (
    SELECT min(position) AS first, max(position) AS last FROM payments.event_log WHERE key = (
      SELECT id::text FROM orders.orders WHERE cancellation_reason = 'parcel-lost'))
  UPDATE payments.event_log t SET id = o.id, type = o.type, data = o.data FROM payments.event_log o, story
   WHERE (t.position, o.position) IN ((first, last), (last, first)) RETURNING t.id AS turned`;
