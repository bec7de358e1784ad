import { RABBITMQ, POSTGRES } from '../shop/names';

const NAME = 'app.kubernetes.io/name';

/** Which pods belong to a workload. Those of the servers bear what their operators give them. */
export const podsOf = (name: string): Record<string, string> =>
  name === POSTGRES ? { 'cnpg.io/cluster': name } : { [NAME]: name };

export const labels = (name: string): Record<string, string> => ({
  [NAME]: name,
  'app.kubernetes.io/part-of': 'banyan',
});

/** Beside the pods of today, those of a version that is tried out, under the same name. */
export const STABLE = { track: 'stable' };
export const CANARY = { track: 'canary' };

/** Namespaces that an administrator lets in, by label: where clients come from, and who reads /metrics. */
export const NAMESPACES: Readonly<Record<'clients' | 'monitoring', Record<string, string>>> = {
  clients: { 'banyan-clients': 'true' },
  monitoring: { 'banyan-monitoring': 'true' },
};

export const named = (namespace: string) => ({ 'kubernetes.io/metadata.name': namespace });

/** Where the operators run, as they install themselves. */
export const OPERATOR_NAMESPACES: Readonly<Record<string, string>> = {
  [POSTGRES]: 'cnpg-system',
  [RABBITMQ]: 'rabbitmq-system',
};
