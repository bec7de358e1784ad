import { Policy } from '@banyan/messaging';
import { Logger } from '@nestjs/common';
import { PaymentProvider, ProviderRefused, ProviderUnavailable } from '../../domain/payment-provider';
import { type Discrepancy, type LedgerEntry, Reconciliation } from '../../domain/reconciliation';
import { PaymentsSettings } from '../../payments-settings';
import { HealDiscrepancies } from './heal-discrepancies';
import { ReconciliationClock } from './reconciliation-clock';
import { ReconciliationDue } from './reconciliation-due';

/** Copied at a time; the rest follows at once, in a message of its own. */
const PAGE = 1_000;

/** Compares our books with the provider's, and then again after the interval. */
@Policy(ReconciliationDue, 'reconcile', { group: 'reconciliation' })
export class ReconcileWhenDue {
  private readonly logger = new Logger(ReconcileWhenDue.name);

  constructor(
    private readonly provider: PaymentProvider,
    private readonly reconciliation: Reconciliation,
    private readonly healing: HealDiscrepancies,
    private readonly clock: ReconciliationClock,
    private readonly settings: PaymentsSettings,
  ) {}

  /** What the provider has entered since the last time; undefined while it is away. */
  async prepare(): Promise<readonly LedgerEntry[] | undefined> {
    try {
      return await this.provider.ledger(await this.reconciliation.position(), PAGE);
    } catch (error) {
      if (!(error instanceof ProviderUnavailable || error instanceof ProviderRefused)) throw error;
      this.logger.warn(`The books were not compared: ${error.message}`);
      return undefined;
    }
  }

  async handle(_due: ReconciliationDue, entries: readonly LedgerEntry[] | undefined): Promise<void> {
    const now = new Date();
    const after = (ms: number) => new Date(now.getTime() + ms);
    const more = entries?.length === PAGE;
    if (entries) {
      // Before the copy is complete, everything else would seem to be unknown there.
      const until = more ? new Date(0) : after(-this.settings.underWayMs);
      const open = await this.reconciliation.compare(entries, until, now);
      await this.healing.heal(open);
      for (const discrepancy of open.filter(({ foundAt }) => foundAt.getTime() === now.getTime()))
        this.logger.warn(saying(discrepancy));
    }
    await this.clock.set(more ? now : after(this.settings.reconciliationIntervalMs));
  }
}

const saying = ({ kind, key, ours, theirs }: Discrepancy): string =>
  `Our books differ from the provider's: ${kind}, ${key} (${ours?.amount ?? 'nothing'} here, ${theirs?.amount ?? 'nothing'} there)`;
