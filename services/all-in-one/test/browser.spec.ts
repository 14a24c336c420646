import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { newDataFolder, Product } from './product';
import { until } from './waiting';

const executablePath = process.env['SIGHTLINE_CHROMIUM'] ?? '/usr/bin/chromium';
const pictures = path.resolve(__dirname, '../test-results');
const SIZES = [
  [1920, 1080],
  [1280, 800],
  [390, 844],
] as const;
const PASSWORD = 'twelve clinics at noon';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
];
jest.setTimeout(240_000);

/** Skipped aloud where there is no Chromium; REQUIRE=chromium makes that a failure. */
function describeWithChromium(name: string, body: () => void): void {
  if (existsSync(executablePath)) describe(name, body);
  else if ((process.env['REQUIRE'] ?? '').split(',').includes('chromium')) {
    test(name, () => {
      throw new Error(`no Chromium at ${executablePath}: set SIGHTLINE_CHROMIUM`);
    });
  } else {
    console.warn(`SKIPPED: ${name}: no Chromium at ${executablePath} (set SIGHTLINE_CHROMIUM)`);
    describe.skip(name, body);
  }
}

describeWithChromium('the page in a real browser', () => {
  const data = newDataFolder();
  const errors: string[] = [];
  let product: Product;
  let browser: Browser;
  let visitor: BrowserContext;
  let wall: Page;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    product = await Product.start(data.folder);
    browser = await chromium.launch({ executablePath, args: FLAGS });
    visitor = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
    wall = await watched(visitor);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.interrupt();
    data.remove();
  });

  async function watched(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.on('console', (message) => void (message.type() === 'error' && errors.push(`${message.text()} at ${message.location().url}`)));
    page.on('pageerror', (error) => errors.push(error.message));
    return page;
  }

  /** Every figure on the wall; the clock is none. */
  const figures = async (): Promise<string> => (await wall.locator('.figure').allInnerTexts()).join('|');

  test('the first administrator signs in by the welcome link', async () => {
    const context = await browser.newContext();
    const page = await watched(context);
    await page.goto(`${product.url}${product.welcome}`);
    for (const name of ['password', 'again']) await page.locator(`input[name=${name}]`).fill(PASSWORD);
    await page.locator('form button[type=submit]').click();
    await page.waitForURL((url) => !url.hash.startsWith('#/welcome'));
    const session = await page.evaluate<{ role: string }>(`fetch('/v1/session').then((answer) => answer.json())`);
    expect(session.role).toBe('administrator');
    await context.close();
  });

  test('the demo door leads to a wall that moves', async () => {
    await wall.goto(product.url);
    await wall.getByRole('button', { name: 'Open the demo' }).click();
    await until(
      'the wall',
      async () => {
        if (!new URL(wall.url()).hash.startsWith('#/wall')) await wall.goto(`${product.url}/#/wall`);
        return (await wall.locator('tr.row[id^="clinic/"] .level a').count()) > 0;
      },
      90_000,
    );
    const before = await figures();
    await until('a figure to change', async () => (await figures()) !== before, 90_000);
    expect(await wall.locator('.demo').first().innerText()).toMatch(/demo/i);
  });

  test('a figure leads to the calls behind it, and they add up', async () => {
    await wall.locator('tr.row[id^="clinic/"] .level a.figure').first().click();
    const sheet = wall.locator('dialog[open]');
    const chip = sheet.locator('.chips button[aria-pressed=true]');
    await until('the list to add up', async () => {
      for (const name of ['Look again', 'More']) {
        const button = sheet.locator('.sum').getByRole('button', { name });
        if (await button.isVisible().catch(() => false)) await button.click();
      }
      const status = await sheet
        .locator('.sum [role=status]')
        .innerText()
        .catch(() => '');
      const counted = Number(/[\d,]+/.exec(await chip.innerText().catch(() => ''))?.[0].replace(',', '') ?? NaN);
      return /adds up to the figure above/.test(status) && (await sheet.locator('table.calls tbody tr').count()) === counted;
    });
    await wall.screenshot({ path: path.join(pictures, 'behind-a-figure.png') });
    const { violations } = await new AxeBuilder({ page: wall }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await wall.keyboard.press('Escape');
    await until('the sheet to close', async () => (await sheet.count()) === 0);
  });

  describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
    test.each(SIZES)(`at %d × %d: nothing that somebody could not use`, async (width, height) => {
      await wall.emulateMedia({ colorScheme });
      await wall.setViewportSize({ width, height });
      await wall.locator('tr.row').first().waitFor();
      await wall.screenshot({ path: path.join(pictures, `wall-${width}x${height}-${colorScheme}.png`) });
      const { violations } = await new AxeBuilder({ page: wall }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      const sideways = await wall.evaluate('document.documentElement.scrollWidth > window.innerWidth');
      expect(sideways).toBe(false);
    });
  });

  test('the console has no error', () => {
    expect(errors).toEqual([]);
  });
});
