import { CANARY, labels, podsOf, STABLE } from '../kubernetes/labels';
import type { Manifest } from '../manifest';
import type { Place } from '../shop/shop';

export interface Track {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its part of the HTTP requests, in hundredths. */
  readonly weight: number;
}

/** All requests go to the pods of today; whoever tries a version moves the weights. */
export const TRACKS: readonly Track[] = [
  { name: 'stable', labels: STABLE, weight: 100 },
  { name: 'canary', labels: CANARY, weight: 0 },
];

/** A service of its own for each track, where a mesh splits by service. */
export const trackServices = ({ name, port }: Place): Manifest[] =>
  TRACKS.map((track) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-${track.name}`, labels: labels(name) },
    spec: {
      selector: { ...podsOf(name), ...track.labels },
      ports: [{ name: 'http', port, targetPort: 'http', appProtocol: 'http' }],
    },
  }));
