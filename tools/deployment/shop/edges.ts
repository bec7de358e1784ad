import {
  AMQP_PORT,
  MAIL_PORTS,
  MIGRATIONS,
  POSTGRES,
  POSTGRES_PORT,
  PROVIDER,
  PROVIDER_MIGRATIONS,
  PROVIDER_PORT,
  RABBITMQ,
  TOPOLOGY,
} from './names';
import type { Shop } from './shop';

/** Somebody outside the namespace. */
export type Outside = 'clients' | 'monitoring' | 'mail';

/** One may open connections to the other. */
export interface Edge {
  /** A workload, or somebody outside. */
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** Calls over HTTP among deployables: what a door passes on. Questions between contexts go over the broker. */
export const httpEdges = ({ places }: Shop): Edge[] => [
  ...places.flatMap(({ name, forwardsTo }) =>
    forwardsTo.map((to) => ({ from: name, to, port: places.find((each) => each.name === to)!.port })),
  ),
  ...places
    .filter(({ needs }) => needs.provider)
    .map(({ name }) => ({ from: name, to: PROVIDER, port: PROVIDER_PORT })),
];

/** Where clients come in. */
export const doorEdges = ({ places }: Shop): Edge[] =>
  places
    .filter(({ door }) => door)
    .map(({ name, port }) => ({ from: 'clients' satisfies Outside, to: name, port }));

/** All connections that the shop needs, and no others. Names are looked up besides, by everybody. */
export function neededEdges(shop: Shop): Edge[] {
  const { places, broker, provider } = shop;
  const database = (from: string) => ({ from, to: POSTGRES, port: POSTGRES_PORT });
  const messages = (from: string) => ({ from, to: RABBITMQ, port: AMQP_PORT });
  return [
    ...httpEdges(shop),
    ...places.map(({ name }) => database(name)),
    ...(broker ? [...places.map(({ name }) => messages(name)), messages(TOPOLOGY)] : []),
    database(MIGRATIONS),
    ...(provider ? [database(PROVIDER), database(PROVIDER_MIGRATIONS)] : []),
    ...doorEdges(shop),
    ...places.map(({ name, port }) => ({ from: 'monitoring' satisfies Outside, to: name, port })),
    ...places
      .filter(({ needs }) => needs.mail)
      .flatMap(({ name }) => MAIL_PORTS.map((port) => ({ from: name, to: 'mail' satisfies Outside, port }))),
  ];
}

export const tell = ({ from, to, port }: Edge): string => `${from} -> ${to}:${port}`;
