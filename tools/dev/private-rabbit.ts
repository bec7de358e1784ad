import type { Kept } from './keeping';

export class PrivateRabbit implements Kept {
  readonly acts = {};
  constructor(
    readonly folder: string,
    readonly options: object,
  ) {}
  start = async (): Promise<unknown> => {
    throw new Error('not yet');
  };
  stop = async (): Promise<void> => undefined;
}
