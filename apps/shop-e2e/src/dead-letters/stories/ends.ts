import type { Scene } from '../scene';

export const completed = async (scene: Scene): Promise<void> => {
  await scene.is('completed');
  await scene.paymentIs('captured');
  await scene.stockIs({ onHand: 4, reserved: 0, shipped: 1 });
};

/** And everything is where it was before; `payment` is what became of the money, if any was asked for. */
export const cancelled = (reason: string, payment?: 'declined' | 'refunded') => async (scene: Scene) => {
  const { cancellationReason, timeline } = await scene.is('cancelled');
  expect(cancellationReason).toBe(reason);
  expect(timeline.filter(({ what }: { what: string }) => what === 'refunded')).toHaveLength(
    payment === 'refunded' ? 1 : 0,
  );
  if (payment) await scene.paymentIs(payment);
  await scene.stockIs({ onHand: 5, reserved: 0, shipped: 0 });
};

/** Cancelled in time or just too late for its payment: then, and only then, the money came back. */
export const expired = async (scene: Scene): Promise<void> => {
  const payment = await scene.paymentEnded();
  await cancelled('checkout-expired', payment)(scene);
};

export const lost = async (scene: Scene): Promise<void> => {
  const { cancellationReason } = await scene.is('cancelled');
  expect(cancellationReason).toBe('parcel-lost');
  await scene.paymentIs('refunded');
  await scene.stockIs({ onHand: 4, reserved: 0, shipped: 1 });
};

export const milestones = async (scene: Scene): Promise<string[]> =>
  (await scene.is('completed', 'cancelled')).timeline.map(({ what }: { what: string }) => what);
