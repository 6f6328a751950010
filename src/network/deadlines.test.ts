import { createDeadlines } from './deadlines.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function start() {
  const deadlines = createDeadlines();
  const expired: string[] = [];
  const add = (name: string, ms: number) => {
    const place = deadlines.add({
      deadline: deadlines.deadlineAfter(ms),
      expire() {
        expired.push(name);
        deadlines.remove(place);
      },
    });
    return place;
  };
  return { deadlines, expired, add };
}

test('a deadline is never early, and at most a tenth of a second late', () => {
  const { expired, add } = start();
  add('a', 1000);
  jest.advanceTimersByTime(1000);
  expect(expired).toEqual([]);
  jest.advanceTimersByTime(100);
  expect(expired).toEqual(['a']);
});

test('deadlines pass in their order, each once', () => {
  const { expired, add } = start();
  add('late', 2000);
  add('early', 1000);
  jest.advanceTimersByTime(1500);
  add('last', 1000);
  expect(expired).toEqual(['early']);
  jest.advanceTimersByTime(10_000);
  expect(expired).toEqual(['early', 'late', 'last']);
});

test('what is done in time never expires, and its place is used again', () => {
  const { deadlines, expired, add } = start();
  const first = add('a', 1000);
  const second = add('b', 1000);
  expect([first, second]).toEqual([0, 1]);
  deadlines.remove(first);
  expect(add('c', 1000)).toBe(first);
  deadlines.remove(second);
  jest.advanceTimersByTime(2000);
  expect(expired).toEqual(['c']);
});

test('one timer runs while a deadline is open, none after, and one again for the next', () => {
  const { deadlines, expired, add } = start();
  expect(jest.getTimerCount()).toBe(0);
  const places = [add('a', 1000), add('b', 1000)];
  expect(jest.getTimerCount()).toBe(1);
  jest.advanceTimersByTime(100);
  expect(jest.getTimerCount()).toBe(1);
  for (const place of places) deadlines.remove(place);
  jest.advanceTimersByTime(50);
  expect(jest.getTimerCount()).toBe(0);
  add('c', 1000);
  jest.advanceTimersByTime(1100);
  expect(expired).toEqual(['c']);
});

test('nothing expires once the deadlines are stopped', () => {
  const { deadlines, expired, add } = start();
  add('a', 1000);
  deadlines.stop();
  expect(jest.getTimerCount()).toBe(0);
  jest.advanceTimersByTime(2000);
  expect(expired).toEqual([]);
});
