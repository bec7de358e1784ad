import type { Shop } from '../../shop/start-shop';
import { flows } from './flows';
import type { Answer } from '../../shop/visitor';
import type { Heard, Listener } from './listener';
import { Names } from './names';
import { AT_LAST, settled } from './settled';

/**
 * What a shop did in the course of a journey, as its customers, its staff and its log tell it, in words that are the same
 * wherever its contexts run: scenes, and the lines of each.
 */
export type Transcript = Readonly<Record<string, readonly string[]>>;

/** Writes the transcript of a journey that was walked through a shop, once that has become quiet. */
export async function transcribe(shop: Shop, listener: Listener): Promise<Transcript> {
  await shop.quiet();
  const names = new Names();
  const told: Record<string, string[]> = {};
  const tell = (heard: Heard) => {
    const scene = `${heard.step.name} · ${heard.who}`;
    (told[scene] ??= []).push(line(names, scene, heard));
  };
  listener.heard.filter(isSettledAtOnce).forEach(tell);
  for (const heard of await settled(shop, listener)) tell(heard);
  return { ...told, ...(await flows(shop, listener, names)) };
}

/** Where the transcripts differ, in sentences; none when they are equal. */
export function differences(one: Transcript, other: Transcript): string[] {
  const scenes = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return scenes.flatMap((scene) => {
    const [said, now] = [one[scene], other[scene]];
    if (!said) return [`${scene}: is new`];
    if (!now) return [`${scene}: is missing`];
    const at = Array.from({ length: Math.max(said.length, now.length) }, (_, n) => n).find(
      (n) => said[n] !== now[n],
    );
    return at === undefined ? [] : [`${scene}: ${said[at] ?? 'nothing'}\n    became ${now[at] ?? 'nothing'}`];
  });
}

/**
 * What an order, its stock, its payment, its parcel and its messages look like is a matter of the moment until all is quiet,
 * and is looked at then; hosts say of themselves what they host.
 */
function isSettledAtOnce({ step, method, path }: Heard): boolean {
  if (step.race || step === AT_LAST || path.startsWith('//')) return false;
  return !(method === 'GET' && /^\/(orders|stock|payments|shipments|invoices|notifications)\b/.test(path));
}

/** Of an accepted cancellation only whose it is: how far it has come is a matter of the moment too. */
const saidOf = (path: string, { status, body }: Answer): unknown =>
  status === 202 && path.endsWith('/cancellation') ? { id: body.id } : body;

function line(names: Names, scene: string, { method, path, body, answer }: Heard): string {
  const asked = names.tell(scene, `${method} ${path.replace(/cursor=[^&]*/, 'cursor=…')}`);
  const said = body === undefined ? '' : ` ${names.tell(scene, body)}`;
  return `${asked}${said} -> ${answer ? `${answer.status} ${names.tell(scene, saidOf(path, answer))}` : 'no answer'}`;
}
