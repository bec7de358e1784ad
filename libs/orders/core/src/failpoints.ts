/** What only test builds have: the build for production strips every line that calls it. */
export { guardRemoved } from '@banyan/messaging';
