/**
 * The page of `revoke report` in a real browser, and its Markdown as a reader's program shows it.
 * Every width and scheme of an ordinary report leaves a screenshot in test/results/, to be looked at.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { marked } from 'marked';
import { chromium, type Browser, type Page } from 'playwright-core';
import { revokeInProcess } from './support/in-process.js';
import { writeJournal, type MadeOutcome } from './support/made-journal.js';

const BROWSER = [
  process.env['REVOKE_TEST_BROWSER'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
const withBrowser = BROWSER === undefined ? test.skip : test;
const skipped = BROWSER === undefined ? ' (skipped: no chromium is installed)' : '';

const RESULTS = join(__dirname, 'results');
const WIDTHS = [360, 768, 1280];
const SCHEMES = ['light', 'dark'] as const;
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let folder: string;
let browser: Browser | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'revoke-report-'));
  mkdirSync(RESULTS, { recursive: true });
  if (BROWSER !== undefined)
    browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  await writeReports();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const AT = '2026-11-22T12:00:';
const seen = (before: string, after?: string) => ({
  verification: { method: 'token', before, ...(after && { after }), checked_at: `${AT}30.000Z` },
});
const because = (code: string, message: string, hint: string) => ({
  error: { code, message, hint },
});
const found = (file: string, more: object = {}) => ({
  locations: [{ file, line: 12, commit: '3f2a91c', detector: 'github-pat', ...more }],
  locations_total: 7,
});

function outcome(
  provider: string,
  target: string,
  status: string,
  facts: object = {},
): MadeOutcome {
  return { provider, target, status, at: `${AT}20.000Z`, ...facts };
}

/** Three providers, one target still active, two unknown, and places from a scanner's report. */
const MIXED: readonly MadeOutcome[] = [
  ...Array.from({ length: 9 }, (_, index) =>
    outcome('github', `sha256:${index}5d10c849fe1`, 'revoked', {
      token_type: 'github_pat_classic',
      owner: 'octavia',
      scopes: ['repo', 'read:org'],
      audit_url: 'https://github.com/settings/security-log',
      ...seen('active', 'dead'),
      ...(index === 0 && found('services/payments/config/production.env')),
    }),
  ),
  outcome('slack', 'sha256:5d10c849fe1a', 'alive', {
    token_type: 'slack_bot',
    owner: 'deploy-bot at Example',
    ...seen('active', 'active'),
    ...found('infra/notify.py'),
    ...because(
      'still_active',
      'it was still active after 30 s',
      'continue the run, and ask Slack if it stays active',
    ),
  }),
  ...['a', 'b'].map((name) =>
    outcome('gitlab', `sha256:77e21ab0c${name}41`, 'unknown', {
      token_type: 'gitlab_pat',
      ...seen('active'),
      ...because('timed_out', 'no answer within 10 s', 'continue the run'),
    }),
  ),
  outcome('leaked', 'sha256:1cb47478e648', 'failed', {
    token_type: 'openai_project',
    revocable_by: 'owner',
    manual_url: 'https://platform.openai.com/api-keys',
    ...because(
      'cannot_revoke',
      'OpenAI project key: only its owner can revoke it',
      'see https://platform.openai.com/api-keys',
    ),
  }),
];

const HOSTILE = [
  '</style><script>window.hit = 1</script>',
  '<img src=x onerror="window.hit = 1">',
  '"><svg onload=window.hit=1>',
  '\u202egnp.exe\u2066 \u200b',
  '`` `code` ``` [a](https://evil.example) ````',
  '@everyone @root #1 !42',
  '=cmd()|calc',
  '![x](https://evil.example/x.png)',
  'https://evil.example/login',
  'x'.repeat(4000),
  '字'.repeat(200),
  '# heading\n\n| a | b |\n| --- | --- |',
];

/** Each hostile text in each place that holds text from elsewhere. */
const OUTCOMES_OF_HOSTILE: readonly MadeOutcome[] = HOSTILE.map((text, index) =>
  outcome(index % 2 === 0 ? 'leaked' : text, text, index % 3 === 0 ? 'failed' : 'revoked', {
    token_type: text,
    owner: text,
    scopes: [text, text],
    endpoint: text,
    manual_url: text,
    audit_url: text,
    verification: { method: text, before: text, after: text, checked_at: text },
    ...because(text, text, text),
    locations: [{ file: text, line: 1, commit: text, link: text, detector: text }],
  }),
);

async function writeReports(): Promise<void> {
  const at = `${AT}00.000Z`;
  const command = ['revoke', 'leaked', '--from', 'gitleaks.json', '--force'];
  const head = {
    started_at: at,
    command,
    providers: [{ provider: 'leaked', endpoint: '', scope: {} }],
    sources: [{ kind: 'file', path: 'gitleaks.json', size: 1 } as const],
  };
  writeJournal(join(folder, 'mixed.jsonl'), { head, outcomes: MIXED, exit: 1 });
  writeJournal(join(folder, 'hostile.jsonl'), {
    head: { ...head, command: HOSTILE, user: HOSTILE[0] ?? '', host: HOSTILE[5] ?? '' },
    outcomes: OUTCOMES_OF_HOSTILE,
  });
  for (const name of ['mixed', 'hostile']) {
    const file = (ending: string) => join(folder, `${name}.${ending}`);
    const args = ['report', file('jsonl'), '--html', file('html'), '--markdown', file('md')];
    const told = await revokeInProcess(args, { env: { HOME: folder } });
    if (told.code !== 0) throw new Error(told.stderr);
  }
}

interface Look {
  readonly width: number;
  readonly scheme: (typeof SCHEMES)[number];
}

/** Opens a page, and keeps what it asks the network for and what its policy blocks. */
async function withPage<T>(name: string, { width, scheme }: Look, use: (page: Page) => Promise<T>) {
  const context = await browser!.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    bypassCSP: false,
  });
  try {
    const page = await context.newPage();
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    const url = pathToFileURL(join(folder, `${name}.html`)).href;
    await page.goto(url);
    expect(asked).toEqual([url]);
    expect(said).toEqual([]);
    return await use(page);
  } finally {
    await context.close();
  }
}

/** What stands out of its box or of the window, and what is hidden by a box around it. */
const CUT = `(() => {
  const cut = [];
  const isHidden = (element) => element.closest('thead, [aria-hidden=true], svg, head') !== null;
  if (document.documentElement.scrollWidth > innerWidth) cut.push('the page is wider than the window');
  for (const element of document.body.querySelectorAll('*')) {
    if (isHidden(element)) continue;
    const { left, right } = element.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1) cut.push('outside: ' + element.outerHTML.slice(0, 120));
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
      cut.push('cut: ' + element.outerHTML.slice(0, 120));
  }
  return cut.slice(0, 5);
})()`;

describe(`a page of a report in a browser${skipped}`, () => {
  const looks = WIDTHS.flatMap((width) => SCHEMES.map((scheme): Look => ({ width, scheme })));
  const cases = [
    ...looks.map((look) => ({ name: 'mixed', ...look })),
    ...WIDTHS.map((width) => ({ name: 'hostile', width, scheme: 'light' as const })),
  ];

  withBrowser.each(cases)(
    'asks for nothing and cuts no text: $name, $width pixels, $scheme',
    async ({ name, width, scheme }) => {
      await withPage(name, { width, scheme }, async (page) => {
        expect(await page.evaluate(CUT)).toEqual([]);
        if (name === 'hostile' && width > 360) return;
        const path = join(RESULTS, `report-${name}-${width}-${scheme}.png`);
        await page.screenshot({ path, fullPage: true });
      });
    },
  );

  withBrowser.each([
    ['mixed', 'light'],
    ['mixed', 'dark'],
    ['hostile', 'light'],
  ] as const)('has no fault that axe finds: %s, %s', async (name, scheme) => {
    await withPage(name, { width: 1280, scheme }, async (page) => {
      // The page's own policy lets no script in: axe comes by the door of the debugger.
      await page.evaluate(AXE);
      const found = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as {
        violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
      };
      const faults = found.violations.map(({ id, nodes }) => [
        id,
        nodes[0]?.html,
        nodes[0]?.failureSummary,
      ]);
      expect(faults).toEqual([]);
    });
  });

  withBrowser(
    'runs nothing that a journal holds, and links to no page that is not ours',
    async () => {
      await withPage('hostile', { width: 1280, scheme: 'light' }, async (page) => {
        await page.waitForTimeout(50);
        expect(await page.evaluate('window.hit')).toBeUndefined();
        const count = (selector: string) => page.locator(selector).count();
        expect(
          await count('script, img, iframe, object, form, input, link, [onerror], [onload]'),
        ).toBe(0);
        expect(await count('a')).toBe(0);
        expect(await count('style')).toBe(1);
        const text = (await page.locator('body').textContent()) ?? '';
        for (const shown of HOSTILE.slice(0, 3)) expect(text).toContain(shown);
        expect(text).toContain('\\u202egnp.exe\\u2066 \\u200b');
        expect(text).not.toMatch(/[\u200b\u202e\u2066]/);
      });
    },
  );

  withBrowser(
    'has a policy that blocks scripts, styles and images that are not its own',
    async () => {
      await withPage('mixed', { width: 768, scheme: 'light' }, async (page) => {
        const blocked = await page.evaluate(`new Promise((resolve) => {
        const seen = [];
        document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
        const add = (name, set) => document.body.append(Object.assign(document.createElement(name), set));
        add('script', { textContent: 'window.hit = 1' });
        add('style', { textContent: 'body { color: red }' });
        add('img', { src: 'https://evil.example/x.png' });
        setTimeout(() => resolve(seen.sort()), 150);
      })`);
        expect(blocked).toEqual(['img-src', 'script-src-elem', 'style-src-elem']);
        expect(await page.evaluate('window.hit')).toBeUndefined();
      });
    },
  );

  withBrowser(
    'says what is still active, who ran it and the next command without scrolling far',
    async () => {
      await withPage('mixed', { width: 1280, scheme: 'light' }, async (page) => {
        const top = await page.locator('.card').first().boundingBox();
        expect(top!.y).toBeLessThan(900);
        const first = await page.locator('.card').first().innerText();
        expect(first).toContain('1 target still active');
        expect(first).toContain('slack');
        expect(first).toContain('--resume');
        expect(await page.locator('header').innerText()).toContain('alice on laptop');
        const link = page.locator('.card a');
        expect(await link.getAttribute('href')).toBe('https://platform.openai.com/api-keys');
      });
    },
  );
});

test('a hostile text in the Markdown of a report is nothing but text', () => {
  const page = marked.parse(readFileSync(join(folder, 'hostile.md'), 'utf8'), { async: false });
  const outside = page.replace(/<code>[^]*?<\/code>/g, '');
  expect(outside).not.toMatch(/<(?:img|script|style|svg|a)\b/);
  expect(outside).not.toMatch(/evil|everyone|cmd\(|onerror|heading/);
  const inside = [...page.matchAll(/<code>([^]*?)<\/code>/g)].map(([, text]) => text);
  expect(inside).toContain('&lt;/style&gt;&lt;script&gt;window.hit = 1&lt;/script&gt;');
  expect(inside).toContain('@everyone @root #1 !42');
  expect(inside.join(' ')).not.toMatch(/[\u200b\u202e\u2066]/);
});

test('a page of ours is the only link in the Markdown of a report', () => {
  const page = marked.parse(readFileSync(join(folder, 'mixed.md'), 'utf8'), { async: false });
  const links = [...page.matchAll(/<a href="([^"]*)"/g)].map(([, url]) => url);
  expect(new Set(links)).toEqual(
    new Set(['https://github.com/settings/security-log', 'https://platform.openai.com/api-keys']),
  );
});
