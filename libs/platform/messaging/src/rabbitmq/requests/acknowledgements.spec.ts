import type { Channel, Message } from 'amqplib';
import { Acknowledgements } from './acknowledgements';

describe('Acknowledging what finishes in any order', () => {
  const acknowledging = () => {
    const frames: string[] = [];
    const channel = {
      ack: ({ fields }: Message, allUpTo: boolean) =>
        frames.push(`${allUpTo ? 'up to ' : ''}${fields.deliveryTag}`),
    } as unknown as Channel;
    const acknowledgements = new Acknowledgements(channel, 100);
    const finish = (...tags: number[]): string[] => {
      for (const deliveryTag of tags) acknowledgements.finished({ fields: { deliveryTag } } as Message);
      acknowledgements.flush();
      return frames.splice(0);
    };
    return finish;
  };

  it('takes one frame for everything up to the oldest unfinished one', () => {
    const finish = acknowledging();

    expect(finish(2, 1, 3)).toEqual(['up to 3']);
    expect(finish(4)).toEqual(['up to 4']);
  });

  it('does not let a slow one hold up the others, and acknowledges none twice', () => {
    const finish = acknowledging();

    expect(finish(2, 4)).toEqual(['2', '4']);
    expect(finish(3)).toEqual(['3']);
    expect(finish(1)).toEqual(['up to 1']);
    expect(finish(6)).toEqual(['6']);
    expect(finish(5, 7)).toEqual(['up to 7']);
  });
});
