import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ForgetExpired } from '../forget-expired/forget-expired';
import { TurnSigningKeys } from '../turn-signing-keys/turn-signing-keys';

const EVERY_MS = 60_000;
/** Until it worked once: the database may not be there yet. */
const AT_FIRST_MS = 250;
const TOLD_AFTER_MS = 10_000;

/** What users does by the clock, in each of its processes. */
@Injectable()
export class EveryMinute implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(EveryMinute.name);
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private worked = false;
  private failingSinceMs?: number;

  constructor(private readonly commands: CommandBus) {}

  onApplicationBootstrap(): void {
    this.wait(AT_FIRST_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
    clearTimeout(this.timer);
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.work().finally(() => this.wait(this.worked ? EVERY_MS : AT_FIRST_MS));
    }, ms).unref();
  }

  private async work(): Promise<void> {
    const now = new Date();
    try {
      await this.commands.execute(new TurnSigningKeys(now));
      await this.commands.execute(new ForgetExpired(now));
      this.worked = true;
      this.failingSinceMs = undefined;
    } catch (error) {
      this.failingSinceMs ??= now.getTime();
      if (now.getTime() - this.failingSinceMs < TOLD_AFTER_MS) return;
      this.logger.warn(`Keys were not looked after: ${(error as Error).message}`);
      this.failingSinceMs = now.getTime();
    }
  }
}
