/**
 * A stable 53-bit hash of a text, as a safe integer. It orders work (lanes, chains) in rows that outlive a PostgreSQL
 * upgrade, so it must never change; PostgreSQL's own hash functions promise no such thing. Two FNV-1a halves.
 */
export function stableHash(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + i), 0x85ebca6b);
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}

/** A stable hash that fits PostgreSQL's int4, for advisory locks. */
export const stableHash32 = (text: string): number => stableHash(text) | 0;

/** Into how many lanes the keys of an inbox fall. Never changes: rows carry their lane. */
export const LANES = 16;
