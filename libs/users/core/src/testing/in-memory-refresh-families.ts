import { RefreshFamilies, RefreshFamily, type RefreshFamilyState } from '../domain/refresh-family';

export class InMemoryRefreshFamilies extends RefreshFamilies {
  private readonly families = new Map<string, RefreshFamilyState>();
  private readonly familyOf = new Map<string, string>();

  async add(family: RefreshFamily): Promise<void> {
    this.save(family);
  }

  async change<T extends { readonly end: boolean }>(
    tokenHash: string,
    change: (family: RefreshFamily | undefined) => Promise<T>,
  ): Promise<T> {
    const state = this.families.get(this.familyOf.get(tokenHash) ?? '');
    const family = state && RefreshFamily.restore(state);
    const result = await change(family);
    if (family && result.end) this.families.delete(family.snapshot().id);
    else if (family) this.save(family);
    return result;
  }

  async trim(now: Date): Promise<void> {
    for (const { id, expiresAt } of this.families.values()) if (expiresAt <= now) this.families.delete(id);
  }

  private save(family: RefreshFamily): void {
    const state = family.snapshot();
    this.families.set(state.id, state);
    this.familyOf.set(state.tokenHash, state.id);
  }
}
