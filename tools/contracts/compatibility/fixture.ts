import type { EventContract, JsonSchema, RequestContract } from '@banyan/contracts';
import type { z } from 'zod';

type Says = readonly (readonly [path: string, change: string])[];

/** Two states of the fields of one message, and what the check must say of them. */
export interface FieldsFixture {
  readonly before: z.ZodRawShape;
  readonly after: z.ZodRawShape;
  readonly says: Says;
  /**
   * Data that one side writes and the other refuses (breaking), or that both sides write and read (harmless).
   * Left out where nothing is refused but the meaning changes.
   */
  readonly proof?: readonly { readonly writtenBy: 'before' | 'after'; readonly data: unknown }[];
}

/** As `FieldsFixture`, for schemas that our own declarations refuse, and that an old lock or another language may hold. */
export interface SchemasFixture {
  readonly beforeSchema: JsonSchema;
  readonly afterSchema: JsonSchema;
  readonly says: Says;
}

/** As `FieldsFixture`, for what a message is beside its fields. */
export interface MessagesFixture {
  readonly beforeMessage: EventContract | RequestContract;
  readonly afterMessage: EventContract | RequestContract;
  readonly says: Says;
}

export type Fixture = FieldsFixture | SchemasFixture | MessagesFixture;

/** A before and an after, under the name of the file that it is in. */
export const fixture = (fixture: Fixture): Fixture => fixture;
