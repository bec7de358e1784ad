import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { textOf, type Kept } from './keeping';
import { freePort } from './ports';
import { RabbitContainer } from './rabbit-container';
import { debianPackages } from './rabbit-packages';
import { installedRabbit, RabbitNode } from './rabbit-node';

/** How a RabbitMQ of our own is had, in the order tried. */
export type BrokerWay = 'path' | 'docker' | 'packages';

export interface RabbitOptions {
  /** (Default: the one remembered in the folder, or else any free one) */
  readonly port?: number;
  /** Where Debian packages are unpacked and kept. */
  readonly packages: string;
  /** Only this way. (Default: each in turn) */
  readonly way?: BrokerWay;
}

/** Where a kept RabbitMQ is reached. */
export interface RabbitInfo {
  readonly url: string;
  readonly way: BrokerWay;
}

/** One broker, however it is run. */
export interface Rabbit {
  /** Resolves when the process has been started; it answers some seconds later. */
  start(): Promise<void>;
  /** In good order. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  /** Runs rabbitmqctl and resolves with what it printed. */
  ctl(...args: string[]): Promise<string>;
  /** One sentence why it ended, once it has. */
  ended(): string | undefined;
}

/** A RabbitMQ of our own: from the PATH, in Docker, or from Debian's packages. */
export class PrivateRabbit implements Kept {
  private rabbit: Rabbit | undefined;
  private port = 0;
  private way: BrokerWay = 'path';

  readonly acts = {
    start: () => this.start(),
    stop: () => this.stop(),
    kill: async () => this.rabbit?.kill(),
    ctl: async (...args: string[]) => this.rabbit?.ctl(...args),
  };

  constructor(
    private readonly folder: string,
    private readonly options: RabbitOptions,
    private readonly note: (text: string) => void,
  ) {}

  async start(): Promise<RabbitInfo> {
    this.port ||= this.options.port ?? (Number(textOf(join(this.folder, 'port')) ?? 0) || (await freePort()));
    writeFileSync(join(this.folder, 'port'), String(this.port));
    this.rabbit ??= await this.choose();
    if (!(await this.answers())) {
      await this.rabbit.start();
      const deadline = Date.now() + 60_000;
      while (!(await this.answers())) {
        const ended = this.rabbit.ended();
        if (ended) throw new Error(ended);
        if (Date.now() > deadline)
          throw new Error(`RabbitMQ does not answer on port ${this.port}; see ${this.folder}`);
        await sleep(100);
      }
    }
    return { url: this.url, way: this.way };
  }

  async stop(): Promise<void> {
    await this.rabbit?.stop();
  }

  private get url(): string {
    return `amqp://guest:guest@127.0.0.1:${this.port}`;
  }

  private async choose(): Promise<Rabbit> {
    const tried = this.options.way ? [this.options.way] : (['path', 'docker', 'packages'] as const);
    for (const way of tried) {
      const rabbit = await this.find(way);
      if (rabbit) return rabbit;
    }
    throw new Error(NONE);
  }

  private async find(way: BrokerWay): Promise<Rabbit | undefined> {
    this.way = way;
    if (way === 'docker') return RabbitContainer.find(this.folder, this.port);
    const installed =
      way === 'path' ? installedRabbit() : await debianPackages(this.options.packages, this.note);
    return installed && new RabbitNode(installed, this.folder, this.port);
  }

  private answers(): Promise<boolean> {
    return answersAt(this.url);
  }
}

export const NONE =
  'There is no RabbitMQ to be had: install it (apt-get install rabbitmq-server, or brew install rabbitmq), ' +
  'start Docker, or set RABBITMQ_URL to a broker that may be used.';

/** Whether a broker accepts these credentials there. */
export async function answersAt(url: string, timeoutMs = 2_000): Promise<boolean> {
  try {
    const connection = await connect(url, { timeout: timeoutMs });
    connection.on('error', () => undefined);
    await connection.close();
    return true;
  } catch {
    return false;
  }
}
