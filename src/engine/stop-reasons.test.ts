import { laneOf } from '../../test/support/run-lanes.js';
import { refusedError } from '../contract/errors.js';
import { createStops } from './stop-reasons.js';

const [a, b] = [laneOf(async () => []), laneOf(async () => [])] as const;
const error = (message: string) => refusedError({ code: 'refused', message });

test('a lane that stops holds no other, and keeps its first reason', () => {
  const stops = createStops(new AbortController().signal, [a, b]);
  expect([stops.reason(a), stops.reason(b), stops.runStop]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const first = error('first');
  stops.stop(a, first);
  stops.stop(a, error('second'));
  expect(stops.reason(a)).toBe(first);
  expect([stops.reason(b), stops.runStop]).toEqual([undefined, undefined]);
});

test('a run has stopped once each of its lanes has, and gives the reason of the first', () => {
  const stops = createStops(new AbortController().signal, [a, b]);
  const first = error('first');
  stops.stop(b, first);
  stops.stop(a, error('second'));
  expect(stops.runStop).toBe(first);
});

test('what stops all lanes stops each of them, beside its own reason, and keeps the first', () => {
  const stops = createStops(new AbortController().signal, [a, b]);
  const [own, first] = [error('own'), error('first')];
  stops.stop(a, own);
  stops.stopAll(first);
  stops.stopAll(error('second'));
  expect(stops.reason(a)).toBe(own);
  expect(stops.reason(b)).toBe(first);
  expect(stops.runStop).toBe(first);
});

test('an interrupt is the reason of every lane from then on, and no error of the run', () => {
  const interrupt = new AbortController();
  const stops = createStops(interrupt.signal, [a, b]);
  stops.stop(a, error('own'));
  interrupt.abort();
  for (const lane of [a, b])
    expect(stops.reason(lane)).toMatchObject({
      kind: 'refused',
      code: 'interrupted',
      message: 'the run was interrupted before this was sent',
    });
  expect(stops.runStop).toBeUndefined();
});
