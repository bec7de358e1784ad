const tool = (file: string): string[] => ['node', '-r', './tools/dev/register.js', file];

/** What runs in the image of the operations: what `npm run` would, without npm between signals and process. */
export const prepareContexts = tool('tools/db-prepare.ts');
export const prepareProvider = tool('tools/deployment/prepare-payment-provider.ts');
export const applyTopology = tool('tools/topology-apply.ts');
