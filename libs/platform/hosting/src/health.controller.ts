import { Public } from '@banyan/auth';
import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Metrics } from './metrics';
import { Runtime } from './runtime';

/** For whoever runs the process: is it alive, is it ready, how much waits. */
@ApiExcludeController()
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly runtime: Runtime,
    private readonly metrics: Metrics,
  ) {}

  /** The process answers: a dependency that is away is no reason to restart it. */
  @Get('health/live')
  live() {
    return { status: 'ok' };
  }

  /**
   * 200 when clients may be led here: every context works, or serves on for a while after a newer placement has taken it
   * over. Otherwise 503. With the reasons, either way.
   */
  @Get('health/ready')
  @HttpCode(200)
  ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const problems = this.runtime.problems();
    const { ready } = this.runtime;
    if (!ready) void reply.status(503);
    const details = Object.fromEntries(
      Object.entries(problems).map(([part, reasons]) => [
        part,
        { status: reasons.length === 0 ? 'up' : 'down', ...(reasons.length > 0 && { reasons }) },
      ]),
    );
    const { deployable, revision, transport } = this.runtime.placement;
    return { status: ready ? 'ok' : 'error', deployable, revision, transport, details };
  }

  /** In Prometheus' text format. */
  @Get('metrics')
  async scrape(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('content-type', this.metrics.contentType);
    return this.metrics.render();
  }
}
