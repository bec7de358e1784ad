export * from '@banyan/servers';
export { absorb, extract } from './placement/generators';
export { Progress } from './progress';
