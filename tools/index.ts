export * from '@banyan/servers';
export { absorb, extract } from './placement/generators';
export { Progress } from './progress';
export { Checkout } from './zero-diff/checkout';
export { move } from './zero-diff/move';
