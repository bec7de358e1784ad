import type { Draft, Manifest } from './manifest';

/** A Secret that somebody must make, and who reads it. */
export interface NeededSecret {
  readonly name: string;
  readonly keys: readonly string[];
  readonly optional: boolean;
  readonly readers: readonly string[];
}

interface Reference {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

/** The Secrets that workloads of `manifests` read, found in the manifests themselves. */
export function secretsOf(manifests: readonly Manifest[]): NeededSecret[] {
  const found = manifests.flatMap(({ metadata, spec }) =>
    (spec?.template?.spec?.containers ?? []).flatMap(({ env = [] }: { env?: any[] }) =>
      env.flatMap(({ valueFrom }) =>
        valueFrom?.secretKeyRef ? [{ reader: metadata.name, ...(valueFrom.secretKeyRef as Reference) }] : [],
      ),
    ),
  );
  const names = [...new Set(found.map(({ name }) => name))].sort();
  return names.map((name) => {
    const uses = found.filter((each) => each.name === name);
    return {
      name,
      keys: [...new Set(uses.map(({ key }) => key))].sort(),
      optional: uses.every(({ optional }) => optional === true),
      readers: [...new Set(uses.map(({ reader }) => reader))].sort(),
    };
  });
}

/** The list for whoever makes them. */
export function secretsPage(manifests: readonly Manifest[], made: readonly string[]): Draft {
  const lines = secretsOf(manifests).map(({ name, keys, optional, readers }) => {
    const who = made.includes(name) ? 'its operator' : optional ? 'you, if wanted' : 'you';
    return `| \`${name}\` | ${keys.map((key) => `\`${key}\``).join(', ')} | ${readers.join(', ')} | ${who} |`;
  });
  return {
    path: 'kubernetes/secrets.md',
    content: {
      text: [
        '# Secrets that the manifests refer to',
        '',
        'None is in these files. Each is made once in the namespace `banyan`, by hand or by what manages secrets in your cluster. Names and',
        'passwords become parts of addresses: use letters and digits only.',
        '',
        '| Secret | keys | read by | made by |',
        '| --- | --- | --- | --- |',
        ...lines,
        '',
      ].join('\n'),
    },
  };
}
