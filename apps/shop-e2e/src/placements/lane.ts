import type { TestDatabase } from '@banyan/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Shop } from '../shop/start-shop';
import type { Candidate } from './candidates';
import { Roof } from './roof';
import { walk, type Walked } from './walk';

/** A roof that has hosted so many shops is replaced, so that nothing that one of them leaves behind adds up. */
const SHOPS_UNDER_A_ROOF = 25;

/** Opens one shop after the other. */
export class Lane {
  /** The one that hosts, or hosted last. */
  roof?: Roof;
  private hosted = 0;

  private constructor(
    private readonly folder: string,
    /** What each begins like; none where each is prepared and seeded anew. */
    private readonly model?: TestDatabase,
  ) {}

  /** `together`: the deployables of a shop share a process, and what is a race is left out. */
  static async open({ together }: { readonly together: boolean }): Promise<Lane> {
    const folder = await mkdtemp(join(tmpdir(), 'banyan-lane-'));
    return new Lane(folder, together ? await Shop.model() : undefined);
  }

  /** What came of the journey through a shop of that placement; that it broke off is a complaint. */
  async walk({ placement, databases }: Candidate): Promise<Walked> {
    const together = this.model && { like: this.model, host: this.newRoof().host, races: false };
    return walk({ placement, databases, ...together }).catch((error: Error) => ({
      complaints: [`broke off: ${error.stack}`],
      transcript: {},
      steps: 0,
    }));
  }

  async close(): Promise<void> {
    this.roof?.kill();
    await this.roof?.ended;
    await this.model?.drop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private newRoof(): Roof {
    if (this.roof && (!this.roof.alive || ++this.hosted > SHOPS_UNDER_A_ROOF)) {
      this.roof.kill();
      this.roof = undefined;
    }
    if (!this.roof) this.hosted = 1;
    return (this.roof ??= Roof.build(this.folder));
  }
}
