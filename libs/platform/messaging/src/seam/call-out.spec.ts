import { callOut, CallOutTimedOut } from './call-out';

describe('Calling out', () => {
  it('ends at its deadline, with its signal aborted, whether the call heeds that or not', async () => {
    let signal: AbortSignal | undefined;

    const deaf = callOut('the provider', { deadlineMs: 20 }, (given) => {
      signal = given;
      return new Promise<never>(() => undefined);
    });

    await expect(deaf).rejects.toThrow(CallOutTimedOut);
    expect(signal?.aborted).toBe(true);
  });

  it('hands on what the call returns or throws', async () => {
    await expect(callOut('the provider', { deadlineMs: 1_000 }, async () => 42)).resolves.toBe(42);
    await expect(
      callOut('the provider', { deadlineMs: 1_000 }, async () => {
        throw new TypeError('declined');
      }),
    ).rejects.toThrow(TypeError);
  });
});
