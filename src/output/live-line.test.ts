import { Terminal } from '@xterm/headless';
import { createLiveLine } from './live-line.js';
import type { OutputStream } from '../runtime/world.js';

function screen(columns: number) {
  const terminal = new Terminal({ cols: columns, rows: 6, allowProposedApi: true });
  let raw = '';
  const out: OutputStream = {
    write(text) {
      raw += text;
      // A terminal's driver sends CR LF for LF.
      terminal.write(text.replaceAll('\n', '\r\n'));
      return undefined;
    },
    failed: undefined,
    isTTY: true,
    get columns() {
      return terminal.cols;
    },
  };
  return {
    out,
    raw: () => raw,
    resize: (to: number) => terminal.resize(to, 6),
    async rows() {
      await new Promise<void>((resolve) => terminal.write('', resolve));
      const { active } = terminal.buffer;
      return Array.from({ length: active.length }, (_, row) =>
        active.getLine(row)?.translateToString(true),
      ).filter((row) => row !== '');
    },
  };
}

test('a line that is drawn while results are written covers none of them and stands below', async () => {
  const { out, rows } = screen(40);
  const line = createLiveLine(out);
  const results = line.around(out);
  line.draw(() => '1 of 3');
  void results.write('first\n');
  line.draw(() => '2 of 3');
  void results.write('second\n');
  expect(await rows()).toEqual(['first', 'second', '2 of 3']);
  line.stop();
  void results.write('third\n');
  expect(await rows()).toEqual(['first', 'second', 'third']);
});

test('a shorter line leaves nothing of the longer one before it', async () => {
  const { out, rows } = screen(40);
  const line = createLiveLine(out);
  line.draw(() => 'a rather long line');
  line.draw(() => 'short');
  expect(await rows()).toEqual(['short']);
});

test('the cursor is never saved, hidden or moved to a place, and wrapping stays on', () => {
  const { out, raw } = screen(40);
  const line = createLiveLine(out);
  line.draw((width) => 'x'.repeat(width));
  void line.around(out).write('result\n');
  line.stop();
  expect(raw()).not.toMatch(/\u001b(?:7|8|\[s|\[u|\[\?|\[\d*;?\d*H)/);
});

test('what is written without a line end is not broken by the line', async () => {
  const { out, rows } = screen(40);
  const line = createLiveLine(out);
  line.draw(() => 'busy');
  void line.around(out).write('half a ');
  line.draw(() => 'busier');
  void line.around(out).write('result\n');
  expect(await rows()).toEqual(['half a result', 'busier']);
});

test('a line that a narrower terminal cut takes no result away with it', async () => {
  const { out, rows, resize } = screen(60);
  const line = createLiveLine(out);
  const results = line.around(out);
  void results.write('first\n');
  line.draw((width) => 'x'.repeat(width));
  await rows();
  resize(40);
  line.draw(() => 'busy');
  void results.write('second\n');
  expect(await rows()).toEqual(['first', 'second', 'busy']);
});

test('a key that the terminal has shown leaves what is written next a row of its own', async () => {
  const { out, rows } = screen(40);
  const line = createLiveLine(out);
  void out.write('^C');
  line.leaveKey();
  void line.around(out).write('interrupted\n');
  line.draw(() => 'busy');
  void out.write('^C');
  line.leaveKey();
  void line.around(out).write('again\n');
  expect(await rows()).toEqual(['^C', 'interrupted', 'again', 'busy']);
});

test('a stream that is no terminal is written without a trace of the line', () => {
  const { out } = screen(40);
  let file = '';
  const line = createLiveLine(out);
  const results = line.around({
    ...out,
    isTTY: false,
    write(text) {
      file += text;
      return undefined;
    },
  });
  line.draw(() => 'busy');
  void results.write('result\n');
  expect(file).toBe('result\n');
});
