import type { Scenario } from '../scenario';
import { claims } from './claims';
import { distribution } from './distribution';
import { http } from './http';
import { idle } from './idle';
import { inProcess } from './in-process';
import { latency } from './latency';
import { moving } from './moving';
import { pipeline } from './pipeline';
import { publishing } from './publishing';
import { rabbitRelay } from './rabbit-relay';
import { relay } from './relay';
import { requests } from './requests';
import { search } from './search';
import { signIn } from './sign-in';
import { soak } from './soak';

/** In the order in which they run. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'in-process': inProcess,
  relay,
  'rabbit-relay': rabbitRelay,
  latency,
  pipeline,
  requests,
  publishing,
  claims,
  http,
  'sign-in': signIn,
  search,
  moving,
  distribution,
  idle,
};

/** What takes long, and runs only when asked for. */
export const soaks: Readonly<Record<string, Scenario>> = { soak };
