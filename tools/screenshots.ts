import puppeteer, { type Browser } from 'puppeteer-core';

/**
 * node tools/screenshots.ts NAME URL [SELECTOR]
 *
 * Writes docs/screenshots/NAME-{wide,narrow}-{light,dark}.webp of a page with Debian's Chromium, from which the documents show some. The
 * URL is of the live page as its command prints it, or file:// and a report or a graph. SELECTOR: wait for it first.
 */
const [name, url, selector] = process.argv.slice(2);
if (name === undefined || url === undefined) throw new Error('usage: node tools/screenshots.ts NAME URL [SELECTOR]');

const WIDTHS = { wide: { width: 1200, height: 800 }, narrow: { width: 400, height: 800 } } as const;
/** A longer page is cut off. */
const TALLEST = 1200;

const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  for (const [size, viewport] of Object.entries(WIDTHS))
    for (const scheme of ['light', 'dark'] as const) {
      await shoot(browser, { scheme, viewport, file: `docs/screenshots/${name}-${size}-${scheme}.webp` });
    }
} finally {
  await browser.close();
}

interface Shot {
  readonly scheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
  readonly file: `${string}.webp`;
}

async function shoot(of: Browser, { scheme, viewport, file }: Shot): Promise<void> {
  const page = await of.newPage();
  await page.setViewport(viewport);
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await page.goto(url ?? '', { waitUntil: 'load' });
  if (selector !== undefined) await page.waitForSelector(selector, { timeout: 60_000 });
  const tall = Number(await page.evaluate('document.documentElement.scrollHeight'));
  const clip = { x: 0, y: 0, width: viewport.width, height: Math.min(tall, TALLEST) };
  await page.screenshot({ path: file, type: 'webp', quality: 45, clip, captureBeyondViewport: true });
  await page.close();
}
