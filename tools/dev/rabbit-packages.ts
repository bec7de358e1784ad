import type { InstalledRabbit } from './rabbit-node';

export async function debianPackages(_folder: string): Promise<InstalledRabbit | undefined> {
  return undefined;
}
