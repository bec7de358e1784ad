import { databaseVariable } from '@banyan/persistence';
import {
  ADMIN_SECRET,
  AMQP_PORT,
  BROKER_ADMIN_SECRET,
  brokerSecret,
  DATABASE,
  databaseSecret,
  KEY_SECRET,
  MAIL_SECRET,
  POSTGRES_PORT,
  POSTGRES_WRITES,
  PROVIDER,
  PROVIDER_PORT,
  RABBITMQ,
  TOPOLOGY_FOLDER,
} from '../shop/names';
import type { Place } from '../shop/shop';
import { fromSecret, value } from './pod';

export const databaseOf = (context: string) =>
  fromSecret(databaseVariable(context), databaseSecret(context), 'url');

/** $(…) is filled in by Kubernetes, from the variables above it. */
export const administrator = [
  fromSecret('ADMIN_USER', ADMIN_SECRET, 'username'),
  fromSecret('ADMIN_PASSWORD', ADMIN_SECRET, 'password'),
  value(
    'DATABASE_URL',
    `postgres://$(ADMIN_USER):$(ADMIN_PASSWORD)@${POSTGRES_WRITES}:${POSTGRES_PORT}/${DATABASE}`,
  ),
];

const broker = (secret: string) => [
  fromSecret('BROKER_USER', secret, 'username'),
  fromSecret('BROKER_PASSWORD', secret, 'password'),
  value('RABBITMQ_URL', `amqp://$(BROKER_USER):$(BROKER_PASSWORD)@${RABBITMQ}:${AMQP_PORT}`),
];

export const brokerAdministrator = broker(BROKER_ADMIN_SECRET);

/** All that a deployable is told: the databases of its own contexts, and no others. */
export const environmentOf = ({ name, contexts, port, needs }: Place, hasBroker: boolean) => [
  value('PORT', String(port)),
  value('BANYAN_TOPOLOGY', `${TOPOLOGY_FOLDER}/topology.json`),
  ...contexts.map(databaseOf),
  ...(hasBroker ? broker(brokerSecret(name)) : []),
  ...(needs.provider ? [value('PAYMENT_PROVIDER_URL', `http://${PROVIDER}:${PROVIDER_PORT}`)] : []),
  ...(needs.keySecret ? [fromSecret('USERS_KEY_SECRET', KEY_SECRET, 'secret')] : []),
  ...(needs.mail ? [fromSecret('SMTP_URL', MAIL_SECRET, 'url', true)] : []),
];
