export * from '@banyan/servers';
