import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Rabbit } from './private-rabbit';

const run = promisify(execFile);
const IMAGE = 'rabbitmq:4.1';

/** A broker of our own in Docker, with its data in the container. */
export class RabbitContainer implements Rabbit {
  private readonly name: string;

  /** Undefined where no Docker engine answers. */
  static async find(_folder: string, port: number): Promise<RabbitContainer | undefined> {
    try {
      await run('docker', ['info', '--format', '{{.ServerVersion}}'], { timeout: 10_000 });
      return new RabbitContainer(port);
    } catch {
      return undefined;
    }
  }

  private constructor(private readonly port: number) {
    this.name = `banyan-rabbitmq-${port}`;
    process.once('exit', () => this.remove());
  }

  async start(): Promise<void> {
    const existing = await run('docker', ['start', this.name]).catch(() => undefined);
    // The image may have to be pulled first, which this waits for.
    if (!existing)
      await run('docker', [
        'run',
        '--detach',
        '--name',
        this.name,
        '-p',
        `127.0.0.1:${this.port}:5672`,
        IMAGE,
      ]);
  }

  async stop(): Promise<void> {
    await run('docker', ['stop', this.name]).catch(() => undefined);
  }

  async kill(): Promise<void> {
    await run('docker', ['kill', this.name]).catch(() => undefined);
  }

  async ctl(...args: string[]): Promise<string> {
    const { stdout } = await run('docker', ['exec', this.name, 'rabbitmqctl', '--quiet', ...args]);
    return stdout.trim();
  }

  ended(): string | undefined {
    return undefined;
  }

  private remove(): void {
    try {
      execFileSync('docker', ['rm', '--force', '--volumes', this.name], { stdio: 'ignore' });
    } catch {
      // Docker went away before us
    }
  }
}
