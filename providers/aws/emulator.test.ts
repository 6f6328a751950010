/** The emulator by itself, asked with AWS's signatures over plain HTTP. */
import { AwsV4Signer } from 'aws4fetch';
import { startAwsEmulator, type AwsEmulator } from './emulator.js';

let emulator: AwsEmulator;
beforeEach(async () => {
  emulator = await startAwsEmulator();
});
afterEach(() => emulator.close());

async function ask(pair: string, service: 'iam' | 'sts', form: Record<string, string>) {
  const [accessKeyId = '', secretAccessKey = ''] = pair.split(':');
  const url = `${emulator.server.url}/${service}/`;
  const body = new URLSearchParams(form).toString();
  const given = { url, body, service, region: 'us-east-1', accessKeyId, secretAccessKey };
  const { headers } = await new AwsV4Signer({ ...given, method: 'POST' }).sign();
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, text: await answer.text() };
}

const whoami = (pair: string) => ask(pair, 'sts', { Action: 'GetCallerIdentity' });
const update = (pair: string, of = pair) =>
  ask(pair, 'iam', {
    Action: 'UpdateAccessKey',
    AccessKeyId: of.slice(0, 20),
    Status: 'Inactive',
  });

test('a key says whose it is, makes itself inactive, and its owner can undo that', async () => {
  const key = emulator.mint('aws_access_key');
  expect(await whoami(key)).toMatchObject({
    status: 200,
    text: expect.stringContaining('octavia'),
  });
  expect((await update(key)).status).toBe(200);
  const after = await whoami(key);
  expect([after.status, after.text]).toEqual([
    403,
    expect.stringContaining('InvalidClientTokenId'),
  ]);
  emulator.reactivate(key);
  expect((await whoami(key)).status).toBe(200);
});

test('a key that was deleted is gone for good', async () => {
  const [key, other] = [emulator.mint('aws_access_key'), emulator.mint('aws_access_key')];
  const AccessKeyId = key.slice(0, 20);
  expect((await ask(key, 'iam', { Action: 'DeleteAccessKey', AccessKeyId })).status).toBe(200);
  emulator.reactivate(key);
  expect((await whoami(key)).status).toBe(403);
  expect(await update(other, key)).toMatchObject({ status: 404 });
});

test('a wrong secret does not sign, nor does a signature for another service', async () => {
  const key = emulator.mint('aws_access_key');
  const wrong = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A');
  expect((await whoami(wrong)).text).toContain('SignatureDoesNotMatch');
  expect(emulator.isAlive(key)).toBe(true);
});

test('a key whose policies forbid it stays active', async () => {
  const key = emulator.mint('aws_access_key');
  emulator.deny(key);
  expect((await update(key)).text).toContain('<Code>AccessDenied</Code>');
  expect((await whoami(key)).status).toBe(200);
});
