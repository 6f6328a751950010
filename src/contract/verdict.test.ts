import { SUCCESSFUL } from './verdict.js';

test('a target is a success where it is revoked, was revoked, or the provider took it on, and nowhere else', () => {
  expect([...SUCCESSFUL].sort()).toEqual(['accepted', 'already_revoked', 'revoked']);
});
