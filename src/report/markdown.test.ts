import { marked } from 'marked';
import { markdown, markdownLink, plainWords, textOfMarkdown, type Markdown } from './markdown.js';

const text = (made: Markdown) => textOfMarkdown(made);

/** The code spans of what a reader's program makes of it, and what stands around them. */
function rendered(made: Markdown) {
  const page = marked.parse(text(made), { async: false, gfm: true });
  const spans = [...page.matchAll(/<code>([^]*?)<\/code>/g)].map(([, inside]) => inside);
  return { spans, around: page.replace(/<code>[^]*?<\/code>/g, '…').trim() };
}

test.each([
  ['@everyone', '@everyone'],
  ['![x](https://evil.example/p.png)', '![x](https://evil.example/p.png)'],
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
  ['</style><script>alert(1)</script>', '&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
  ['=cmd()', '=cmd()'],
  ['a `b` ``c`` ```d', 'a `b` ``c`` ```d'],
  ['`', '`'],
  ['``````', '``````'],
  ['`edge`', '`edge`'],
  ['\\', '\\'],
  ['a\nb\n\n# c', 'a\\u000ab\\u000a\\u000a# c'],
  ['a\u202eb', 'a\\u202eb'],
  ['| cell |', '| cell |'],
  ['https://evil.example', 'https://evil.example'],
])('a text in a template of Markdown is one code span, with nothing in it: %j', (given, shown) => {
  const { spans, around } = rendered(markdown`- before ${given} after\n`);
  expect(spans).toEqual([shown]);
  expect(around).toBe('<ul>\n<li>before … after</li>\n</ul>');
});

test.each(['', ' ', '   '])(
  'a text of blanks (%j) is called empty: a span of blanks is none',
  (given) => {
    expect(text(markdown`${given}`)).toBe('(empty)');
  },
);

test('words of our own stand as they are, and anything with markup in it becomes a code span', () => {
  expect(text(plainWords('Of 3 targets, 2 are revoked.'))).toBe('Of 3 targets, 2 are revoked.');
  expect(text(plainWords('run *x*'))).toBe('`run *x*`');
  expect(text(plainWords('[a](b)'))).toBe('`[a](b)`');
});

test('only a plain https URL becomes a link', () => {
  expect(text(markdownLink('https://a.example/b/c?d=e#f'))).toBe('<https://a.example/b/c?d=e#f>');
  expect(() => markdownLink('javascript:alert(1)')).toThrow('not a plain URL');
  expect(() => markdownLink('https://a.example/> [x](y)')).toThrow('not a plain URL');
});
