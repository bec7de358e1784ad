export * from '@banyan/servers';
export { absorb, extract } from './placement/generators';
