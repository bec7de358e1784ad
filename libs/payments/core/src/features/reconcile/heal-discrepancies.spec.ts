import { captureKeyOf, paymentIdOf } from '../../domain/payment';
import type { Discrepancy } from '../../domain/reconciliation';
import { EUR, ORDER, payments } from '../../testing/payments';
import { ProviderDue } from '../call-provider/provider-due';

const unknownHere: Discrepancy = {
  id: '0190b6a0-0000-7000-8000-0000000000dd',
  kind: 'unknown-here',
  key: captureKeyOf(ORDER),
  captureKey: captureKeyOf(ORDER),
  theirs: EUR(4400),
  foundAt: new Date(),
};

describe('What the provider did and we do not know of', () => {
  it('is told by asking again, where we still wait for it', async () => {
    const { due, provider, callProvider, heal, timers, state, taken } = payments();
    await due();
    provider.weather = 'lost';
    await callProvider();
    await timers.lose(ProviderDue, paymentIdOf(ORDER));
    provider.weather = 'fine';

    await heal([unknownHere]);
    await callProvider();

    expect(await state()).toMatchObject({ status: 'captured' });
    expect(taken()).toBe(1);
  });

  it('is left to people where we do not, and where it differs in another way', async () => {
    const { due, settle, heal, timers } = payments();
    await heal([unknownHere]);
    expect(timers.waiting).toEqual([]);

    await due();
    await settle();
    await timers.lose(ProviderDue, paymentIdOf(ORDER));
    await heal([unknownHere, { ...unknownHere, kind: 'made-twice' }]);

    expect(timers.waiting).toEqual([]);
  });
});
