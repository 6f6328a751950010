import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { trustedWith } from './authorities.js';

const node = tls as { getCACertificates?: unknown };
const given = node.getCACertificates;
const folder = mkdtempSync(join(tmpdir(), 'authorities-'));
const extra = join(folder, 'extra.pem');
writeFileSync(extra, 'EXTRA');
afterEach(() => void (node.getCACertificates = given));
afterAll(() => rmSync(folder, { recursive: true }));

test('a Node that says whom it trusts is asked, for its default authorities', async () => {
  const asked: unknown[] = [];
  node.getCACertificates = (type: unknown) => (asked.push(type), ['ONE', 'TWO']);
  expect(await trustedWith('NAMED', { NODE_EXTRA_CA_CERTS: extra })).toBe('ONE\nTWO\nNAMED');
  expect(asked).toEqual(['default']);
});

describe('a Node that does not say whom it trusts', () => {
  const usual = () => [...tls.rootCertificates];
  beforeEach(() => void (node.getCACertificates = undefined));

  test('trusts its own authorities, those of NODE_EXTRA_CA_CERTS and the named one', async () => {
    expect(usual().length).toBeGreaterThan(50);
    const trusted = await trustedWith('NAMED', { NODE_EXTRA_CA_CERTS: extra });
    expect(trusted.split('\n')).toEqual([...usual(), 'EXTRA', 'NAMED'].join('\n').split('\n'));
  });

  test.each([
    ['is not set', undefined],
    ['is empty', ''],
    ['names nothing that is there', join(folder, 'nothing')],
    ['names a folder', folder],
    ['names a file below a file', join(extra, 'below')],
  ])('goes on without NODE_EXTRA_CA_CERTS where it %s', async (_how, path) => {
    const trusted = await trustedWith('NAMED', { NODE_EXTRA_CA_CERTS: path });
    expect(trusted).toBe([...usual(), '', 'NAMED'].join('\n'));
  });

  test('goes on without NODE_EXTRA_CA_CERTS where it may not read the file', async () => {
    const locked = join(folder, 'locked.pem');
    writeFileSync(locked, 'LOCKED');
    chmodSync(locked, 0);
    const trusted = await trustedWith('NAMED', { NODE_EXTRA_CA_CERTS: locked });
    // Root may read everything.
    const read = process.getuid?.() === 0 ? 'LOCKED' : '';
    expect(trusted).toBe([...usual(), read, 'NAMED'].join('\n'));
  });

  test('ends with the error of a path that is none', async () => {
    await expect(trustedWith('NAMED', { NODE_EXTRA_CA_CERTS: 'a\0b' })).rejects.toThrow('null');
  });
});
