import type { Scenario } from '../scenario';
import { inProcess } from './in-process';

/** In the order in which they run. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'in-process': inProcess,
};
