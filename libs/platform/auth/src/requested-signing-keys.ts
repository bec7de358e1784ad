import { ContextUnavailable, type PublicKeys, SigningKeys as SigningKeysRequest } from '@banyan/contracts';
import { Logger } from '@nestjs/common';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { SigningKeys } from './signing-keys';

export interface RequestedSigningKeysOptions {
  /** How often the set is asked for without a reason; well below the time that a key is announced before it signs. (Default: 3 minutes) */
  readonly refreshMs?: number;
  /** Between two questions on account of unknown ids, which anybody can make up. The first is free. (Default: 5000) */
  readonly restMs?: number;
  /** Before a question that was not answered is asked again. (Default: 1000) */
  readonly retryMs?: number;
}

/** One or two questions that are not answered are no news, least of all while everything starts. */
const TOLD_AFTER = 3;

/**
 * The keys that the signing context tells, wherever it runs. What was told last holds for as long as that context is away.
 * Nothing is known before it was told for the first time: then `keyFor` throws, and the guard answers 503.
 */
export class RequestedSigningKeys extends SigningKeys {
  private readonly logger = new Logger(RequestedSigningKeys.name);
  private readonly options: Required<RequestedSigningKeysOptions>;
  private keys?: ReadonlyMap<string, KeyObject>;
  /** Why the last question was not answered. */
  private failure?: ContextUnavailable;
  private failures = 0;
  private asking?: Promise<void>;
  private askAgainAtMs = -Infinity;
  private timer?: NodeJS.Timeout;
  private working = false;

  constructor(
    private readonly ask: () => Promise<PublicKeys>,
    options: RequestedSigningKeysOptions = {},
  ) {
    super();
    this.options = { refreshMs: 3 * 60_000, restMs: 5_000, retryMs: 1_000, ...options };
  }

  async keyFor(kid: string): Promise<KeyObject | undefined> {
    const known = this.keys?.get(kid);
    if (known) return known;
    await this.asking;
    if (!this.keys?.has(kid) && performance.now() >= this.askAgainAtMs) {
      const { restMs, retryMs } = this.options;
      this.askAgainAtMs = performance.now() + (this.keys ? restMs : retryMs);
      void this.refresh();
    }
    await this.asking;
    const key = this.keys?.get(kid);
    // Of a key that is not in an old set nobody can say that there is none.
    if (!key && this.failure) throw this.failure;
    return key;
  }

  /** Asks now, and from time to time until `stop`. */
  start(): void {
    this.working = true;
    void this.round();
  }

  stop(): void {
    this.working = false;
    clearTimeout(this.timer);
  }

  private async round(): Promise<void> {
    await this.refresh();
    if (!this.working) return;
    const { refreshMs, retryMs } = this.options;
    this.timer = setTimeout(() => void this.round(), this.failure ? retryMs : refreshMs).unref();
  }

  /** One question at a time, for whoever waits. Never rejects. */
  private refresh(): Promise<void> {
    return (this.asking ??= this.read().finally(() => (this.asking = undefined)));
  }

  private async read(): Promise<void> {
    try {
      const { keys } = await this.ask();
      this.keys = new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: 'jwk' })]));
      if (this.failures >= TOLD_AFTER) this.logger.log('Signing keys are told again');
      this.failure = undefined;
      this.failures = 0;
    } catch (error) {
      const failure =
        error instanceof ContextUnavailable
          ? error
          : new ContextUnavailable(SigningKeysRequest.context, (error as Error).message, { cause: error });
      const consequence = this.keys ? 'the last ones hold' : 'no token can be verified yet';
      this.failure = failure;
      if (++this.failures === TOLD_AFTER) this.logger.warn(`${failure.message}; ${consequence}`);
    }
  }
}
