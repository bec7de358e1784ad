import type { Scene } from '../scene';

export const CARD = { declined: 'tok_declined', slow: 'tok_slow' };

export async function confirmed(scene: Scene): Promise<void> {
  await scene.buys();
  await scene.is('confirmed');
  await scene.parcelIs('preparing');
}

export async function dispatched(scene: Scene): Promise<void> {
  await confirmed(scene);
  await scene.isCollected();
  await scene.is('dispatched');
}

export async function cancelledByCustomer(scene: Scene): Promise<void> {
  await confirmed(scene);
  await scene.cancels();
}

export const comesToItsCustomer = (scene: Scene): Promise<void> => scene.comesToItsCustomer();
