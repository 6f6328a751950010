import { checkStateOf, entryOf, NOW } from '../../test/support/check-states.js';
import { active, inactive, unclear, type CheckResult } from '../contract/lane.js';
import type { Http } from '../contract/http.js';
import { look } from './check-call.js';

const entries = ['a', 'b', 'c'].map((id) => entryOf(id));
const GAVE_NONE = unclear('the check gave no result for this target');

test('each target has the result at its place, seen when it was asked for', async () => {
  const results = [active({ owner: 'o' }), inactive('revoked'), unclear('who knows')];
  const { state, pass } = checkStateOf({
    verifier: {
      batch: Infinity,
      async check() {
        await pass(5000);
        return results;
      },
    },
  });
  expect(await look(state, entries)).toEqual(results.map((result) => ({ result, at: NOW })));
});

test.each([
  [undefined, ['a', 'b', 'c']],
  [2, ['a,b', 'c']],
  [3, ['a,b,c']],
  [Infinity, ['a,b,c']],
])('with %p targets to a call, three are asked for in calls of %p', async (batch, calls) => {
  const { state, log } = checkStateOf({ verifier: batch === undefined ? {} : { batch } });
  expect(await look(state, entries)).toHaveLength(3);
  expect(log).toEqual(calls.map((ids) => `check ${ids}`));
});

test.each<[string, unknown, string]>([
  ['an error', new Error('the list broke'), 'the list broke'],
  ['a text', 'no', 'no'],
])('%s that a check throws is why its targets are unclear', async (_what, thrown, reason) => {
  const { state } = checkStateOf({ verifier: { check: () => Promise.reject(thrown as Error) } });
  expect(await look(state, entries)).toEqual(
    entries.map(() => ({ result: unclear(reason), at: NOW })),
  );
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a text', 'active'],
  ['no state', {}],
  ['a state that is not known', { state: 'melted' }],
])('a check that answers %s for a target leaves it unclear', async (_what, given) => {
  const { state } = checkStateOf({
    verifier: { batch: Infinity, check: async () => [given as CheckResult, active()] },
  });
  const sightings = await look(state, entries);
  expect(sightings.map(({ result }) => result)).toEqual([GAVE_NONE, active(), GAVE_NONE]);
});

test('a check that never answers can be ended, and leaves its targets unclear', async () => {
  const { state } = checkStateOf({ verifier: { check: () => new Promise(() => undefined) } });
  const looking = look(state, entries);
  expect(state.calls.size).toBe(1);
  for (const end of state.calls) end();
  expect((await looking).map(({ result }) => result)).toEqual([GAVE_NONE, GAVE_NONE, GAVE_NONE]);
  expect(state.calls.size).toBe(0);
});

test('a result that ends the checks says why nothing more is checked', async () => {
  const ending = { ...unclear('403'), endsChecks: true } as const;
  const { state } = checkStateOf({ verifier: { check: async () => [active()] } });
  await look(state, entries);
  expect(state.ended).toBeUndefined();
  const { state: other } = checkStateOf({ verifier: { check: async () => [ending] } });
  await look(other, entries);
  expect(other.ended).toBe('the service accepts no more checks');
});

test('a reason that repeats a secret of the call is kept without it', async () => {
  const secret = 'tok_0123456789';
  const { state } = checkStateOf({
    verifier: { check: () => Promise.reject(new Error(`no such token ${secret}`)) },
  });
  const entry = { target: { id: 'a', secret }, key: 'a' };
  const [sighting] = await look(state, [entry]);
  expect(sighting?.result).toEqual(unclear('no such token [secret]'));
});

describe('the server’s own time', () => {
  const DATE = 'Sat, 28 Nov 2026 12:00:07 GMT';
  /** The result of a check whose requests are answered with these dates. */
  async function resultOf(dates: readonly (string | undefined)[], own: CheckResult = active()) {
    const { state } = checkStateOf({
      verifier: {
        async check(_targets, { http }) {
          for (const _date of dates) await http.send({} as Parameters<Http['send']>[0]);
          return [own];
        },
      },
    });
    const left = [...dates];
    const http: Http = {
      async send() {
        const date = left.shift();
        const headers = date === undefined ? {} : { date };
        return { status: 200, headers, body: '', tries: 1, inDoubt: false };
      },
      close: async () => undefined,
    };
    const lane = { ...state.lane, checks: { ...state.lane.checks, http } };
    const [sighting] = await look({ ...state, lane }, [entryOf('a')]);
    return sighting?.result;
  }

  test('of the last answer that has one stands in each result', async () => {
    const at = Date.parse(DATE);
    expect(await resultOf([DATE])).toEqual({ ...active(), serverTime: at });
    expect(await resultOf([DATE, undefined, 'soon'])).toEqual({ ...active(), serverTime: at });
    expect(await resultOf(['Sat, 28 Nov 2026 11:00:00 GMT', DATE])).toMatchObject({
      serverTime: at,
    });
  });

  test('stands in none where no answer has it, and a check’s own word for it counts', async () => {
    expect(await resultOf([undefined])).toStrictEqual(active());
    expect(await resultOf([DATE], { ...active(), serverTime: 5 })).toMatchObject({ serverTime: 5 });
  });
});
