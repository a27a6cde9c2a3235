import puppeteer, { type Browser } from 'puppeteer-core';

/**
 * node tools/screenshots.ts NAME URL [SELECTOR]
 *
 * Writes docs/screenshots/NAME-{wide,narrow}-{light,dark}.webp of a page with Debian's Chromium, from which the documents show some. The
 * URL is of the live page as its command prints it, or file:// and a report. SELECTOR: wait for it first.
 *
 * node tools/screenshots.ts NAME WIDE-URL NARROW-URL
 *
 * The same of two drawings, which do not follow the width of the window: `topology graph --format svg`, without and with --narrow.
 */
const [name, url, more] = process.argv.slice(2);
if (name === undefined || url === undefined)
  throw new Error('usage: node tools/screenshots.ts NAME URL [SELECTOR | NARROW-URL]');
const narrowUrl = more?.includes('://') === true ? more : url;
const selector = narrowUrl === url ? more : undefined;

const WIDTHS = { wide: { width: 1200, height: 800 }, narrow: { width: 400, height: 800 } } as const;
/** A longer page is cut off. */
const TALLEST = 1200;
/** A drawing has a size of its own, a page that of the window. */
const SIZE = ['width', 'height'].map(
  (side) =>
    `((root) => root.${side}?.baseVal.value ?? root.${side === 'width' ? 'clientWidth' : 'scrollHeight'})(document.documentElement)`,
);

const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const [size, viewport] of Object.entries(WIDTHS))
    for (const scheme of ['light', 'dark'] as const) {
      const of = size === 'narrow' ? narrowUrl : url;
      await shoot(browser, { of, scheme, viewport, file: `docs/screenshots/${name}-${size}-${scheme}.webp` });
    }
} finally {
  await browser.close();
}

interface Shot {
  /** URL. */
  readonly of: string;
  readonly scheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
  readonly file: `${string}.webp`;
}

async function shoot(chromium: Browser, { of, scheme, viewport, file }: Shot): Promise<void> {
  const page = await chromium.newPage();
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(of, { waitUntil: 'load' });
  if (selector !== undefined) await page.waitForSelector(selector, { timeout: 60_000 });
  const [width = 0, height = 0] = (await Promise.all(SIZE.map((side) => page.evaluate(side)))).map(Number);
  const clip = { x: 0, y: 0, width: Math.min(width, viewport.width), height: Math.min(height, TALLEST) };
  await page.screenshot({ path: file, type: 'webp', quality: 45, clip, captureBeyondViewport: true });
  await page.close();
}
