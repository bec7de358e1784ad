import { host } from '@banyan/hosting';
import { modules } from './modules';

/** A deployable of several contexts that has no folder under apps/: whichever the topology places in that of the given name. */
void host(process.argv[2]!, modules);
