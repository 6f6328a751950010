import { refusedError } from './errors.js';
import { outcomeError } from './outcome-error.js';

test('an error stands in an outcome by its code, the provider’s code, its message and its hint', () => {
  const details = { code: 'refused', message: 'no', hint: 'ask', providerCode: 0 };
  expect(JSON.stringify(outcomeError(refusedError(details)))).toBe(
    '{"code":"refused","provider_code":0,"message":"no","hint":"ask"}',
  );
});

test('what an error does not say has no field in an outcome', () => {
  expect(outcomeError(refusedError({ code: 'refused', message: 'no' }))).toStrictEqual({
    code: 'refused',
    message: 'no',
  });
});
