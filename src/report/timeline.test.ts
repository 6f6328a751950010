import { createTimeline } from './timeline.js';
import { scaleMarks } from './timeline-words.js';

const START = Date.parse('2026-11-01T00:00:00Z');
const after = (seconds: number) => new Date(START + seconds * 1000).toISOString();

function over(seconds: number, count: number) {
  const timeline = createTimeline();
  for (let index = 0; index < count; index++)
    timeline.add(after((seconds / count) * index), 'revoked');
  return timeline.result();
}

test.each([
  ['ten seconds', 10, 1, '00:00:06'],
  ['an hour', 3600, 60, '00:15'],
  ['a day', 86_400, 1800, '12:00'],
  ['a month', 30 * 86_400, 43_200, '11-16'],
  ['three years', 1095 * 86_400, 32 * 86_400, '2028'],
])(
  'a timeline of %s has spans that can be told apart, and marks at readable times',
  (_, seconds, width, mark) => {
    const timeline = over(seconds, 500);
    expect(timeline).toMatchObject({ width });
    expect(timeline?.spans).toBeLessThanOrEqual(60);
    expect(timeline?.spans).toBeGreaterThanOrEqual(24);
    expect(scaleMarks(timeline!).join(' ')).toContain(mark);
  },
);

test('a timeline counts each outcome in its span, by status, whatever the order', () => {
  const timeline = createTimeline();
  timeline.add(after(9), 'failed');
  for (const at of [0, 1, 1]) timeline.add(after(at), 'revoked');
  expect(timeline.result()).toMatchObject({ from: START, width: 1 });
  expect(timeline.result()?.counts.get('revoked')?.slice(0, 3)).toEqual([1, 2, 0]);
  expect(timeline.result()?.counts.get('failed')?.[9]).toBe(1);
});

test('a timeline that spans thousands of moments keeps all counts', () => {
  const timeline = over(60 * 86_400, 20_000);
  const sum = timeline?.counts.get('revoked')?.reduce((a, b) => a + b, 0);
  expect(sum).toBe(20_000);
});

test('what is taken back from a timeline is not in it, nor is its time', () => {
  const timeline = createTimeline();
  timeline.add(after(0), 'alive');
  timeline.add(after(100_000), 'revoked');
  timeline.add(after(0), 'alive', -1);
  expect(timeline.result()).toMatchObject({ from: START + 100_000_000 });
  expect(timeline.result()?.counts.get('alive')).toBeUndefined();
});

test('outcomes without a time are counted apart, and a timeline of nothing is none', () => {
  const timeline = createTimeline();
  expect(timeline.result()).toBeUndefined();
  timeline.add(undefined, 'revoked');
  timeline.add('yesterday', 'revoked');
  expect(timeline.result()).toBeUndefined();
  timeline.add(after(0), 'revoked');
  expect(timeline.result()).toMatchObject({ timeless: 2 });
});
