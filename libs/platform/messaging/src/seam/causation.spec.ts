import { causation } from './causation';
import { nextHop, parseTraceparent } from './trace';

const SEEN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('Causation', () => {
  it('reaches whatever the act starts, and ends with it', async () => {
    const cause = { correlationId: 'c-1', traceparent: SEEN };

    const seen = await causation.run(cause, async () => {
      await new Promise((done) => setImmediate(done));
      return causation.current();
    });

    expect(seen).toBe(cause);
    expect(causation.current()).toBeUndefined();
  });
});

describe('A trace', () => {
  it('keeps its id and flags over a hop, under a new span', () => {
    const trace = parseTraceparent(nextHop(SEEN))!;

    expect(trace).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', flags: '01' });
    expect(trace.spanId).not.toBe('00f067aa0ba902b7');
  });

  it.each([
    undefined,
    '',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    `${SEEN}-more`,
  ])('starts anew where the header is %p', (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
    expect(nextHop(header)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('reads a later version as far as it knows it', () => {
    expect(parseTraceparent(`01${SEEN.slice(2)}-more`)?.spanId).toBe('00f067aa0ba902b7');
  });
});
