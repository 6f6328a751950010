import { checksumOf, CRC_TAIL, openLine, seal } from './format.js';

function sealed(lines: readonly string[], seed: number): Buffer {
  const bytes = Buffer.from(lines.map((line) => openLine(line.slice(0, -1))).join(''));
  seal(bytes, seed);
  return bytes;
}
const linesOf = (bytes: Buffer) => bytes.toString('utf8').split('\n').slice(0, -1);

test('each line of several gets its own checksum, which starts from the head’s', () => {
  const bytes = sealed(['{"a":1}', '{"b":"ü"}'], 7);
  for (const line of linesOf(bytes)) {
    const crc = checksumOf(Buffer.from(line), 7);
    expect(line.slice(-CRC_TAIL)).toBe(`,"crc":"${crc?.toString(16).padStart(8, '0')}"}`);
    expect(checksumOf(Buffer.from(line), 8)).toBeUndefined();
  }
  expect(linesOf(bytes).map((line) => (JSON.parse(line) as { b?: string }).b)).toEqual([
    undefined,
    'ü',
  ]);
});

test('a line whose checksum begins with zeros keeps them', () => {
  const seed = Array.from({ length: 5000 }, (_, at) => at).find((at) =>
    sealed(['{"a":1}'], at).toString().includes('"crc":"00'),
  );
  expect(seed).toBeDefined();
  const [line = ''] = linesOf(sealed(['{"a":1}'], seed ?? 0));
  expect(checksumOf(Buffer.from(line), seed ?? 0)).toBeDefined();
});

test('a line with any byte changed, cut or added has no checksum of its own', () => {
  const line = Buffer.from(linesOf(sealed(['{"a":"some text"}'], 7))[0] ?? '');
  for (let at = 0; at < line.length; at++) {
    const changed = Buffer.from(line);
    changed[at] = (changed[at] as number) ^ 1;
    expect([at, checksumOf(changed, 7)]).toEqual([at, undefined]);
    expect([at, checksumOf(line.subarray(0, at), 7)]).toEqual([at, undefined]);
  }
  expect(checksumOf(Buffer.concat([line, Buffer.from(' ')]), 7)).toBeUndefined();
});

test('a line that is nothing but a checksum says nothing', () => {
  const bytes = Buffer.from(openLine(''));
  seal(bytes, 7);
  expect(checksumOf(bytes.subarray(0, -1), 7)).toBeUndefined();
  expect(checksumOf(Buffer.from(''), 7)).toBeUndefined();
});
