import { eachApart, monolithAlone } from '../shop/placements';
import { Lane } from './lane';
import { differences } from './transcript/transcript';

/*
 * What `npm run placements -- --all` does for each partition, here for two, in a full run. journey.spec.ts walks through
 * processes of their own in every run, and shows that a difference is found.
 */
const inFull = process.env['BANYAN_FULL'] === '1' ? describe : describe.skip;

inFull('Deployables under one roof', () => {
  let lane: Lane;
  beforeAll(async () => {
    lane = await Lane.open({ together: true });
  }, 120_000);
  afterAll(() => lane?.close());

  it('tell, all apart, what the monolith tells', async () => {
    const monolith = await lane.walk({ name: 'the monolith', placement: monolithAlone });
    const { roof } = lane;
    const apart = await lane.walk({ name: 'all apart', placement: eachApart });

    expect([...monolith.complaints, ...apart.complaints]).toEqual([]);
    expect(Object.keys(apart.transcript).length).toBeGreaterThan(200);
    expect(differences(monolith.transcript, apart.transcript)).toEqual([]);
    // A roof that went with the shop under it would cost each of 877 the start of a process.
    expect(lane.roof).toBe(roof);
    expect(roof?.alive).toBe(true);
  }, 180_000);
});
