import type { AccountState } from '../domain/account';

/** Of an account, what its owner may see. */
export const shownProfile = ({ id, email, name, roles, preferences }: AccountState) => ({
  id,
  email,
  name,
  roles,
  preferences,
});
