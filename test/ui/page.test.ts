import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Action } from '#ui/actions.ts';
import type { ActionResult, PageState } from '#ui/contract.ts';
import { EntryLog } from '#ui/entry-log.ts';
import { Listeners } from '#ui/listeners.ts';
import type { LiveSource } from '#ui/live-source.ts';
import { type ServedPage, servePage } from '#ui/server/serve-page.ts';
import { pageOf, siteOf } from './page-state.ts';

/** Debian's package `chromium`. */
const CHROMIUM = '/usr/bin/chromium';
const PATIENCE_MS = 60_000;

class FakeSource implements LiveSource {
  shown: PageState = pageOf();
  result: ActionResult = { outcome: 'done', says: '', hint: null, command: null, steps: [] };
  readonly asked: Action[] = [];
  readonly log = new EntryLog();
  readonly #listeners = new Listeners();

  state = () => this.shown;
  entries = () => this.log.all;
  onChange = (listener: () => void) => this.#listeners.add(listener);
  act = async (action: Action) => {
    this.asked.push(action);
    return this.result;
  };

  show(changes: Partial<PageState>): void {
    this.shown = { ...this.shown, ...changes };
    this.#listeners.notify();
  }

  get pages(): number {
    return this.#listeners.size;
  }
}

const source = new FakeSource();
let served: ServedPage;

beforeAll(async () => {
  served = await servePage(source, 0);
});
afterAll(() => served.close());

/** A request as another program of the machine would send it. */
const send = (path: string, init: RequestInit = {}) => fetch(new URL(path, served.url), init);

describe('the server of the live page', () => {
  const token = () => new URL(served.url).hash.slice(1);
  const post = (body: string) =>
    send('/api/actions', {
      method: 'POST',
      headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
      body,
    });

  test('gives its own files to all, and everything else only with the token', async () => {
    const page = await send('/');
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect(await page.text()).not.toContain(token());
    expect((await send('/api/events')).status).toBe(401);
    expect((await send('/api/actions', { method: 'POST' })).status).toBe(401);
  });

  test('says what is wrong with an action, and refuses all of a page that is read-only', async () => {
    expect((await post('{"action":"pause","site":"tokyo","minutes":0,"reason":""}')).status).toBe(400);
    expect((await post('no JSON')).status).toBe(400);
    source.shown = pageOf({ mayOperate: false });
    const refused = await post('{"action":"resume","site":"tokyo"}');
    source.shown = pageOf();
    expect([refused.status, await refused.json()]).toEqual([
      403,
      { says: expect.stringContaining('--operate') as string },
    ]);
    expect(source.asked).toEqual([]);
  });

  test('sends the state and the timeline as events', async () => {
    const stop = new AbortController();
    const events = await send(`/api/events?token=${token()}`, { signal: stop.signal });
    const { value } = (await events.body?.pipeThrough(new TextDecoderStream()).getReader().read()) ?? {};
    stop.abort();
    expect(value).toContain('retry:');
    await expect.poll(() => source.pages).toBe(0);
  });
});

describe.skipIf(!existsSync(CHROMIUM))(`the page in ${CHROMIUM}`, () => {
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  /** An expression of the page: the DOM has no types here. */
  const inPage = (expression: string) => page.evaluate(expression);
  const shows = (selector: string, what: string) =>
    page.waitForFunction(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].some((each) => each.textContent.includes(${JSON.stringify(what)}))`,
      { timeout: PATIENCE_MS },
    );
  const press = async (label: string) => {
    const button = await page.waitForSelector(`::-p-xpath(//button[starts-with(., ${JSON.stringify(label)})])`);
    await button?.click();
  };

  beforeAll(async () => {
    browser = await puppeteer.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--disable-gpu'],
      timeout: PATIENCE_MS,
      protocolTimeout: PATIENCE_MS,
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(served.url);
    await shows('h1', 'tokyo-virginia');
  });
  afterAll(async () => {
    await browser?.close();
  });

  test('shows the sites, keeps the token out of the address bar, and needs nothing from elsewhere', async () => {
    expect(await inPage('document.querySelector("main").textContent')).toContain('tokyo-1');
    expect(page.url()).not.toContain('#');
    const loaded = await inPage('performance.getEntriesByType("resource").map(({ name }) => new URL(name).host)');
    expect(new Set(loaded as string[])).toEqual(new Set([new URL(served.url).host]));
    expect(faults).toEqual([]);
  });

  test('follows the network: a site that goes down, its reason and its timeline, as text and not as markup', async () => {
    source.log.add({
      at: Date.now(),
      kind: 'decided',
      where: 'tokyo',
      says: 'tokyo-1 <img src=x onerror=alert(1)> failed',
    });
    const sites = [siteOf('tokyo', { severity: 'down', says: 'OwnerSilent.', owner: 'tokyo-2' }), siteOf('virginia')];
    source.show({ sites });
    await shows('.card .badge', 'DOWN');
    await shows('.timeline li', 'tokyo-1 <img src=x onerror=alert(1)> failed');
    expect(await inPage('document.querySelector(".map").getAttribute("aria-label")')).toContain('tokyo is down');
    source.show({ sites: pageOf().sites });
    expect(faults).toEqual([]);
  });

  test('shows all of a router that is not fit beside its buttons, in a window of 1200 px', async () => {
    const unfit = ['none of its 1 eBGP sessions is Established (by the probe, 30 s ago)'];
    const { routers } = siteOf('virginia');
    const broken = routers.map((each) => ({ ...each, fit: 'no' as const, unfit, ebgp: '0/1 (probe, 2 min 13 s ago)' }));
    await page.setViewport({ width: 1200, height: 800 });
    source.show({
      behind: 'demo',
      sites: [siteOf('tokyo'), siteOf('virginia', { severity: 'degraded', routers: broken })],
    });
    await shows('.routers td', 'none of its 1 eBGP');
    const cut =
      '[...document.querySelectorAll(".scroll")].filter((each) => each.scrollWidth > each.clientWidth).length';
    expect(await inPage(cut)).toBe(0);
    source.show(pageOf());
  });

  test('asks for a reason and confirms after the preview before it moves routes', async () => {
    source.result = {
      outcome: 'planned',
      says: 'tokyo-2 takes the routes.',
      hint: null,
      command: 'vyos-failover …',
      steps: ['rtb-1'],
    };
    await press('Switch over to tokyo-2');
    await page.type('dialog input', 'game day');
    await page.keyboard.press('Enter');
    await shows('dialog', 'tokyo-2 takes the routes.');
    const move = { action: 'switchover', site: 'tokyo', to: 'tokyo-2', reason: 'game day' };
    expect(source.asked).toEqual([{ ...move, dryRun: true }]);
    source.result = { ...source.result, outcome: 'done', says: '1 route moved.' };
    await press('Move the routes to tokyo-2');
    await shows('dialog', '1 route moved.');
    expect(source.asked).toEqual([
      { ...move, dryRun: true },
      { ...move, dryRun: false },
    ]);
    await press('Close');
    expect(faults).toEqual([]);
  });

  test('has no button where it is read-only', async () => {
    source.show({ mayOperate: false });
    await shows('header', 'read-only');
    expect(await page.$$('main button')).toEqual([]);
    source.show({ mayOperate: true });
  });

  test('fits a phone: nothing is wider than the screen', async () => {
    await page.setViewport({ width: 390, height: 800 });
    await page.waitForFunction('document.querySelector(".map").viewBox.baseVal.width < 500');
    expect(await inPage('document.documentElement.scrollWidth')).toBe(390);
  });

  test('says that its values are old when the server ends', async () => {
    await served.close();
    await shows('[role=alert]', 'has not answered since');
    expect(await inPage('document.querySelector("main").className')).toBe('stale');
  });
});
