/** Where every context runs, read at the time of use: an implementation may change its mind while the process runs. */
export abstract class Placement {
  /** The deployable this process is. */
  abstract readonly deployable: string;
  /** Raised by each extract and absorb. */
  abstract readonly revision: number;
  /** In-process with one deployable in all, RabbitMQ with more. */
  abstract readonly transport: 'in-process' | 'rabbitmq';
  /** Every context of the system, sorted. */
  abstract readonly contexts: readonly string[];
  abstract isHere(context: string): boolean;
  /** The base URL of the deployable that hosts `context`. */
  abstract urlOf(context: string): string;
}
