import { contextContract, event, request, requestError } from '@banyan/contracts';
import { httpAdapter } from '@banyan/http';
import { Answers, BanyanStrategy, Message, Policy } from '@banyan/messaging';
import {
  Controller,
  Injectable,
  Module,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { subscriptionsOf, answersOf } from './handlers';

const Rang = event('bells.rang.v1', { bell: z.string() }, { key: 'bell' });
class NoSuchBell extends requestError(
  'bells.no-such-bell',
  'not-found',
  { bell: z.string() },
  ({ bell }) => `There is no bell ${bell}`,
) {}
const HowLoud = request('bells.how-loud.v1', {
  request: { bell: z.string() },
  reply: { decibels: z.int() },
  errors: [NoSuchBell],
});
const bells = contextContract('bells', { events: [Rang], requests: [HowLoud] });

const heard: unknown[] = [];

@Injectable()
class Listening implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    heard.push(['intercepted', context.getType(), context.switchToRpc().getContext<Message>().subscription]);
    return next.handle();
  }
}

@Policy(Rang, 'wake-up')
@UseInterceptors(Listening)
class WakeUpWhenRang {
  async handle({ bell }: { bell: string }, prepared: string, message: Message) {
    heard.push([bell, prepared, message.id]);
  }
}

@Policy(Rang, 'grumble')
class GrumbleWhenRang {
  async handle() {
    throw new Error('too early');
  }
}

@Controller()
class Loudness {
  @Answers(HowLoud)
  async tell({ bell }: { bell: string }) {
    if (bell === 'none') throw new NoSuchBell({ bell });
    return { decibels: 90 };
  }
}

@Module({ controllers: [WakeUpWhenRang, GrumbleWhenRang, Loudness] })
class BellsModule {}

describe('Policies and answers as Nest runs them', () => {
  const message = new Message({ id: 'one' } as never, 'wake-up', 1, 'coffee');

  const start = async () => {
    const app = (await Test.createTestingModule({ imports: [BellsModule] }).compile()).createNestApplication(
      httpAdapter(),
    );
    const strategy = new BanyanStrategy();
    app.connectMicroservice({ strategy }, { inheritAppConfig: false });
    await app.startAllMicroservices();
    return {
      app,
      strategy,
      subscriptions: subscriptionsOf(app, strategy, BellsModule),
      answers: answersOf(strategy),
    };
  };

  it('hands event, prepared and message to handle, through interceptors, to each subscription alone', async () => {
    const { app, subscriptions } = await start();
    heard.length = 0;

    await subscriptions.find(({ name }) => name === 'wake-up')?.handle({ bell: 'big' }, message);

    expect(heard).toEqual([
      ['intercepted', 'rpc', 'wake-up'],
      ['big', 'coffee', 'one'],
    ]);
    await app.close();
  });

  it('keeps the original error of a policy, for the dead letter', async () => {
    const { app, subscriptions } = await start();

    await expect(
      subscriptions.find(({ name }) => name === 'grumble')?.handle({ bell: 'big' }, message),
    ).rejects.toThrow('too early');

    await app.close();
  });

  it('keeps the declared error of an answer as its class', async () => {
    const { app, answers } = await start();
    const [tell] = answers;

    expect(await tell?.answer({ bell: 'big' })).toEqual({ decibels: 90 });
    await expect(tell?.answer({ bell: 'none' })).rejects.toThrow(NoSuchBell);

    expect(bells.requests).toContain(tell?.contract);
    await app.close();
  });
});
