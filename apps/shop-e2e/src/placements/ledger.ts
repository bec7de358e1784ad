import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../shop/deployable';
import type { Transcript } from './transcript/transcript';

/** What came of a placement. */
export interface Entry {
  readonly deployables: number;
  readonly steps: number;
  readonly scenes: number;
  readonly lines: number;
  /** What failed, and what differs from the monolith. */
  readonly complaints: readonly string[];
  readonly seconds: number;
}

const FOLDER = join(WORKSPACE, '.data', 'placements');

/** What was walked so far, kept on disk so that a run can go on where another ended. It is forgotten when the code changes. */
export class Ledger {
  private readonly entries = new Map<string, Entry>();
  /** What is told of the monolith. */
  monolith?: Transcript;

  private constructor(private readonly name: 'named' | 'all') {}

  /** `anew`: forget what is there. */
  static async open(name: 'named' | 'all', { anew = false } = {}): Promise<Ledger> {
    const ledger = new Ledger(name);
    const code = digest();
    if (anew || ledger.read('code') !== code) {
      await rm(ledger.folder, { recursive: true, force: true });
      await mkdir(ledger.folder, { recursive: true });
      await writeFile(ledger.file('code'), code);
    }
    await ledger.load();
    return ledger;
  }

  /** As it is, whatever the code has become since; undefined where there is none. */
  static async asItIs(name: 'named' | 'all'): Promise<Ledger | undefined> {
    const ledger = new Ledger(name);
    if (!existsSync(ledger.file('entries'))) return undefined;
    await ledger.load();
    return ledger;
  }

  of = (placement: string): Entry | undefined => this.entries.get(placement);

  get all(): ReadonlyMap<string, Entry> {
    return this.entries;
  }

  async enter(placement: string, entry: Entry): Promise<void> {
    this.entries.set(placement, entry);
    await appendFile(this.file('entries'), `${JSON.stringify([placement, entry])}\n`);
  }

  async keepMonolith(transcript: Transcript): Promise<void> {
    this.monolith = transcript;
    await writeFile(this.file('monolith'), JSON.stringify(transcript, null, 2));
  }

  private async load(): Promise<void> {
    const monolith = this.read('monolith');
    if (monolith) this.monolith = JSON.parse(monolith) as Transcript;
    for (const line of (this.read('entries') ?? '').split('\n').filter(Boolean)) {
      const [placement, entry] = JSON.parse(line) as [string, Entry];
      this.entries.set(placement, entry);
    }
  }

  private read(file: string): string | undefined {
    return existsSync(this.file(file)) ? readFileSync(this.file(file), 'utf8') : undefined;
  }

  private file = (name: string): string => join(this.folder, name);

  private get folder(): string {
    return join(FOLDER, this.name);
  }
}

/** Of all that decides what the journey tells. */
function digest(): string {
  const files = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', 'libs', 'apps', 'package-lock.json'],
    {
      cwd: WORKSPACE,
      encoding: 'utf8',
    },
  );
  const hash = createHash('sha256');
  for (const file of files.split('\n').filter((each) => each && existsSync(join(WORKSPACE, each))))
    hash.update(file).update(readFileSync(join(WORKSPACE, file)));
  return hash.digest('hex');
}
