import { examine } from '../contracts/contracts';
import type { Check } from './finding';

/** Request cycles, compatibility of contracts, names of subscriptions, and whether the generated files are current. */
export const contracts: Check = async (root) => {
  const { problems } = await examine(root);
  return problems
    .filter(({ level }) => level !== 'worth knowing')
    .map(({ level, text }) => ({
      check: 'contracts',
      place: level === 'stale' ? 'generated files' : 'contracts and message map',
      text: level === 'stale' ? `${text} Generate it again: npm run contracts:generate` : text,
    }));
};
