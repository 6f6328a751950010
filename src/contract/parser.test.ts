import { parser, type Validate } from './parser.js';

/** A validator that takes numbers alone, and says this of everything else. */
function numbers(errors?: Validate['errors']) {
  const validate: Validate = (value) => {
    const fits = typeof value === 'number';
    if (errors !== undefined) validate.errors = fits ? null : errors;
    return fits;
  };
  return parser<number>('a number', validate);
}

test('a value of the shape is handed over, and nothing is to be said of it', () => {
  const { what, safeParse, explain } = numbers([{ instancePath: '', message: 'is odd' }]);
  expect([what, safeParse(0), explain(0)]).toEqual(['a number', 0, '']);
});

test('a value of another shape is not handed over', () => {
  expect(numbers().safeParse('0')).toBeUndefined();
});

test.each<[string, Validate['errors'], string]>([
  [
    'its place and reason',
    [{ instancePath: '/a/0', message: 'must be string' }],
    '/a/0 must be string',
  ],
  ['the root by a slash', [{ instancePath: '', message: 'must be object' }], '/ must be object'],
  [
    'the first of several',
    [
      { instancePath: '/a', message: 'is the first' },
      { instancePath: '/b', message: 'is the second' },
    ],
    '/a is the first',
  ],
  [
    'the name of a key that is not known',
    [
      {
        instancePath: '/a',
        message: 'must NOT have additional properties',
        params: { additionalProperty: 'colour' },
      },
    ],
    '/a has the unknown key colour',
  ],
  [
    'its reason where other details are given',
    [{ instancePath: '/a', message: 'must be string', params: { type: 'string' } }],
    '/a must be string',
  ],
  ['that it does not fit, where no reason is given', [{ instancePath: '/a' }], '/a does not fit'],
  ['that it does not fit, where no error is given', [], '/ does not fit'],
  ['that it does not fit, where there are no errors', null, '/ does not fit'],
  ['that it does not fit, where errors were left out', undefined, '/ does not fit'],
])('of a value of another shape is said %s', (_what, errors, said) => {
  expect(numbers(errors).explain('0')).toBe(said);
});
