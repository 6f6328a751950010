import { html, styleElement, textOfHtml, type Html } from './html.js';

const text = (made: Html) => textOfHtml(made);

test.each([
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  [`" onload='x' &amp; \``, '&quot; onload=&#39;x&#39; &amp;amp; &#96;'],
  ['a\u202eb\u0000c\ud800', 'a\\u202eb\\u0000c\\ud800'],
  ['line\nbreak', 'line\\u000abreak'],
])('a text in a template of HTML is escaped: %j', (given, shown) => {
  expect(text(html`<p title="${given}">${given}</p>`)).toBe(`<p title="${shown}">${shown}</p>`);
});

test('HTML in a template of HTML stays as it is, one or several, and nothing is nothing', () => {
  const item = html`<b>${'<'}</b>`;
  expect(text(html`<i>${[item, item]}${undefined}${7}</i>`)).toBe('<i><b>&lt;</b><b>&lt;</b>7</i>');
});

test('what a journal holds is never taken for HTML, whatever its keys are', () => {
  const forged = JSON.parse('{"Symbol(html)":"<b>","html":"<b>"}') as Html;
  expect(() => html`${forged}`).toThrow('only text and HTML');
  expect(() => html`${['<b>'] as unknown as Html[]}`).toThrow('only text and HTML');
});

test('a value without quotes around it is refused: a blank in it would begin another attribute', () => {
  expect(() => html`<p title=${'x onload=y'}></p>`).toThrow('quotes');
});

test('a style that could end its element is refused', () => {
  expect(text(styleElement('p { color: red; }'))).toBe('<style>p { color: red; }</style>');
  expect(() => styleElement('</style><script>')).toThrow('no "<"');
});
