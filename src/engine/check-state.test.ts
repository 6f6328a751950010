import { setImmediate as turn } from 'node:timers/promises';
import { checkStateOf, NOW } from '../../test/support/check-states.js';
import { unclear } from '../contract/lane.js';
import { endChecks, endedSighting, mayCall } from './check-state.js';

const never = () => undefined;

test('a call takes a slot, and none is made without one', () => {
  const { state, free } = checkStateOf({ width: 1 });
  expect([mayCall(state), free()]).toEqual([true, 0]);
  expect([mayCall(state), free()]).toEqual([false, 0]);
});

test('a list is asked for by one call at a time, and single targets by many', () => {
  for (const [batch, isMade] of [
    [Infinity, false],
    [100, true],
  ] as const) {
    const { state } = checkStateOf({ verifier: { batch } });
    expect(mayCall(state)).toBe(true);
    state.calls.add(never);
    expect(mayCall(state)).toBe(isMade);
    state.calls.clear();
    expect(mayCall(state)).toBe(true);
  }
});

test('a call waits for the pace, asks for it once, and keeps its place while no slot is free', async () => {
  const { state, log } = checkStateOf({ width: 0 });
  let goOn: () => void = () => undefined;
  let asked = 0;
  const pacer = {
    ...state.lane.checks.pacer,
    reserve() {
      asked += 1;
      return new Promise<void>((resolve) => (goOn = resolve));
    },
  };
  const lane = { ...state.lane, checks: { ...state.lane.checks, pacer } };
  const hooks = { ...state.hooks, takeSlot: () => hasSlot };
  const paced = { ...state, lane, hooks };
  let hasSlot = true;
  expect([mayCall(paced), mayCall(paced), asked]).toEqual([false, false, 1]);
  goOn();
  await turn();
  expect(log).toEqual(['change']);
  hasSlot = false;
  expect([mayCall(paced), mayCall(paced), asked]).toEqual([false, false, 1]);
  hasSlot = true;
  expect([mayCall(paced), asked]).toEqual([true, 1]);
  expect([mayCall(paced), asked]).toEqual([false, 2]);
});

test('checks end for the first reason, and what is seen from then on is unclear for it', () => {
  const { state } = checkStateOf();
  endChecks(state, 'first');
  endChecks(state, 'second');
  expect(endedSighting(state)).toEqual({ result: unclear('first'), at: NOW });
});
