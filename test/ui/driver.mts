// The user's hands and eyes on the real editor: small functions over the page, by ARIA where there is any.
// Results are read from files and the command line by the stories, not from here.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { installVsix, serveEditor, type ServedEditor, type ServeOptions } from '../../scripts/editor/serve.mts';

const SHOTS = resolve(import.meta.dirname, '../../test-results/screenshots');
const TOKEN = 'soloflow-stories';

export interface EditorOptions {
  /** Folder of the VS Code server, path of the browser: see scripts/editor. */
  readonly server: string;
  readonly browser: string;
  /** Packaged extension to install. */
  readonly vsix: string;
  /** Folder for settings, extensions, browser profile. Kept between windows of one story. */
  readonly home: string;
  /** Environment of the extension host. */
  readonly env: Readonly<Record<string, string>>;
  /** Where screenshots go; test-results/screenshots when absent. */
  readonly shots?: string;
}

/** A running editor with one window. */
export interface Editor {
  readonly page: Page;
  readonly served: ServedEditor;
  readonly context: BrowserContext;
  readonly shots: string;
  close(): Promise<void>;
}

/** Installs the package once per home, starts the server and the browser. No window is open yet. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const serve: ServeOptions = {
    server: options.server,
    home: options.home,
    token: TOKEN,
    testDriver: false,
    trustEverything: false,
    env: options.env,
  };
  installVsix(serve, options.vsix);
  const served = await serveEditor(serve);
  const context = await chromium.launchPersistentContext(join(options.home, 'profile'), {
    executablePath: options.browser,
    viewport: { width: 1360, height: 860 },
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
    ],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  // A busy machine may take its time; what never comes is still noticed.
  page.setDefaultTimeout(45_000);
  page.setDefaultNavigationTimeout(90_000);
  const shots = options.shots ?? SHOTS;
  mkdirSync(shots, { recursive: true });
  return {
    page,
    served,
    context,
    shots,
    close: async () => {
      await context.close().catch(() => {});
      served.close();
    },
  };
}

/** Opens a folder in the window. A folder nobody has trusted yet opens in Restricted Mode. */
export async function openFolder(editor: Editor, folder: string): Promise<void> {
  const search = new URLSearchParams({ tkn: TOKEN, folder });
  await editor.page.goto(`http://${editor.served.authority}/?${search.toString()}`);
  await workbench(editor);
}

async function workbench(editor: Editor): Promise<void> {
  await editor.page.locator('.monaco-workbench .statusbar').waitFor({ timeout: 90_000 });
  await editor.page.locator('.sidebar .composite.title').waitFor({ timeout: 90_000 });
}

/** Trusts the open folder, as a user does: the status bar's Restricted Mode, then Trust in the page that opens. */
export async function trustFolder(editor: Editor): Promise<void> {
  const { page } = editor;
  await page.locator('.statusbar-item').filter({ hasText: 'Restricted Mode' }).click();
  const trust = page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true });
  await trust.waitFor();
  await trust.click();
  await page.locator('.statusbar-item').filter({ hasText: 'Restricted Mode' }).waitFor({ state: 'detached' });
  // The page stands in a modal part of the window.
  await page
    .getByRole('button', { name: /^Close Modal Editor/ })
    .or(page.locator('.monaco-modal-editor-block .codicon-close'))
    .first()
    .click();
  await page.locator('.workspace-trust-editor').waitFor({ state: 'detached' });
}

/** Reloads the window, as "Developer: Reload Window" does; trust is remembered by the editor. */
export async function reloadWindow(editor: Editor): Promise<void> {
  await editor.page.reload();
  await workbench(editor);
}

/** A smaller window: its pictures are read in a document. */
export async function sizeForPictures(editor: Editor): Promise<void> {
  await editor.page.setViewportSize({ width: 1040, height: 660 });
}

/** Screenshot named after what it shows; returns its path. */
export async function shot(editor: Editor, name: string): Promise<string> {
  const path = join(editor.shots, `${name}.png`);
  // Nothing under the mouse, so that no tooltip stands over the rest; and time for what is just fading in or out.
  await editor.page.mouse.move((editor.page.viewportSize()?.width ?? 1360) * 0.85, 18);
  await pageDrawn(editor);
  await editor.page.waitForTimeout(700);
  // Animations go on: one that is stopped for the picture is played again on an icon that may be another one by then.
  await editor.page.screenshot({ path });
  return path;
}

/** A page such as a report is drawn in its own time: a picture taken before shows an empty editor. */
async function pageDrawn(editor: Editor): Promise<void> {
  const frame = editor.page.locator('iframe.webview.ready');
  await until(
    'the page to be drawn',
    async () => {
      // A markdown file is either a text or a page; while it is neither, it is just being opened.
      if (!(await frame.last().isVisible())) {
        const tab = editor.page.locator('.part.editor .tab.active').first();
        if (!(await tab.isVisible()) || !((await tab.textContent()) ?? '').trim().endsWith('.md')) return true;
        return editor.page.locator('.part.editor .monaco-editor .view-lines').first().isVisible();
      }
      const body = frame.last().contentFrame().locator('#active-frame').contentFrame().locator('body');
      const drawn = await body.innerHTML({ timeout: 1000 }).catch(() => '');
      return drawn.replace(/<(script|style)[^]*?<\/\1>/g, '').trim() !== '';
    },
    15_000,
  );
}

/** Screenshot of one part of the window. */
export async function shotOf(editor: Editor, part: string, name: string): Promise<void> {
  await editor.page
    .locator(part)
    .first()
    .screenshot({ path: join(editor.shots, `${name}.png`) });
}

/** Runs a command by its exact palette label, e.g. "Soloflow: Run Plan". */
export async function runCommand(editor: Editor, label: string): Promise<void> {
  const { page } = editor;
  const row = page
    .locator(`.quick-input-list .monaco-list-row[aria-label="${label}"]`)
    .or(page.locator(`.quick-input-list .monaco-list-row[aria-label^="${label},"]`))
    .first();
  for (let attempt = 1; ; attempt += 1) {
    try {
      await page.keyboard.press('F1');
      const input = page.locator('.quick-input-widget input').first();
      await input.waitFor({ timeout: 5000 });
      await input.fill(`>${label}`, { timeout: 5000 });
      await row.waitFor({ timeout: 15_000 });
      await clickRow(editor, row);
      return;
    } catch (error) {
      // The editor may close its palette, e.g. for a document that opens just then.
      if (attempt === 3) throw error;
      await page.keyboard.press('Escape');
    }
  }
}

/** Is this label offered in the palette? */
export async function paletteOffers(editor: Editor, label: string): Promise<boolean> {
  const { page } = editor;
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor();
  await input.fill(`>${label}`);
  const rows = page.locator('.quick-input-list .monaco-list-row');
  await rows.first().waitFor();
  const labels = await rows.evaluateAll((found) => found.map((row) => row.getAttribute('aria-label') ?? ''));
  await page.keyboard.press('Escape');
  return labels.some((found) => found === label || found.startsWith(`${label},`));
}

/** Picks an entry of an open quick pick by text. */
export async function pick(editor: Editor, text: RegExp): Promise<void> {
  const row = editor.page.locator('.quick-input-widget .monaco-list-row').filter({ hasText: text }).first();
  await row.waitFor();
  await clickRow(editor, row);
}

/** What the mouse last stood on may show a tooltip just over the row: the mouse goes away first. */
async function clickRow(editor: Editor, row: Locator): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await editor.page.mouse.move(500, 500);
    try {
      await row.click({ timeout: 3000 });
      return;
    } catch (error) {
      if (attempt === 4) throw error;
      // A tooltip that stays: what is picked already is taken with the keyboard.
      const focused = await row.evaluate((element) => element.classList.contains('focused')).catch(() => false);
      if (!focused || attempt < 2) continue;
      await editor.page.keyboard.press('Enter');
      return;
    }
  }
}

/** Types into the open input box and accepts. `asked`: only once the box asks this, in its title or its prompt. */
export async function typeAnswer(editor: Editor, text: string, asked?: RegExp): Promise<void> {
  const widget = editor.page.locator('.quick-input-widget');
  if (asked !== undefined) await widget.filter({ hasText: asked }).waitFor();
  const input = widget.locator('input').first();
  await input.waitFor();
  await input.fill(text);
  await editor.page.keyboard.press('Enter');
}

/** Accepts what is ticked in a quick pick of many, once it asks this. */
export async function chosenMany(editor: Editor, asked: RegExp): Promise<void> {
  const widget = editor.page.locator('.quick-input-widget').filter({ hasText: asked });
  await widget.waitFor();
  await widget.locator('.monaco-list-row').first().waitFor();
  await editor.page.keyboard.press('Enter');
}

/** Makes the side bar wide enough to read titles in a picture. */
export async function widenSideBar(editor: Editor, width = 440): Promise<void> {
  const { mouse } = editor.page;
  const box = await editor.page.locator('.part.sidebar').boundingBox();
  if (box === null || box.width >= width) return;
  const y = box.y + box.height / 2;
  await mouse.move(box.x + box.width, y);
  await mouse.down();
  await mouse.move(box.x + width, y, { steps: 5 });
  await mouse.up();
}

/** Shows the Soloflow container by its icon in the activity bar. */
export async function openContainer(editor: Editor): Promise<void> {
  const tab = editor.page.locator('.activitybar').getByRole('tab', { name: /^Soloflow/ });
  await tab.waitFor({ timeout: 60_000 });
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  await editor.page
    .locator('.sidebar .composite.title')
    .filter({ hasText: /soloflow/i })
    .waitFor();
}

export interface Row {
  readonly label: string;
  readonly level: number;
  readonly expanded: boolean | null;
}

/** The rows of the side bar's trees that are rendered now, in order. */
export async function rows(editor: Editor): Promise<readonly Row[]> {
  return editor.page.locator('.sidebar [role=treeitem]').evaluateAll((found) =>
    found
      .map((row) => ({ row, top: row.getBoundingClientRect().top }))
      .toSorted((one, other) => one.top - other.top)
      .map(({ row }) => {
        const expanded = row.getAttribute('aria-expanded');
        return {
          label: row.getAttribute('aria-label') ?? '',
          level: Number(row.getAttribute('aria-level')),
          expanded: expanded === null ? null : expanded === 'true',
        };
      }),
  );
}

/** The accessible name of the row that has the keyboard, null while the trees have it not. */
export async function focusedRow(editor: Editor): Promise<string | null> {
  return editor.page
    .locator('.sidebar .monaco-list:focus-within .monaco-list-row.focused')
    .evaluateAll((found) => found[0]?.getAttribute('aria-label') ?? null);
}

/** A row whose accessible name matches. */
export function row(editor: Editor, name: RegExp): Locator {
  return editor.page.locator('.sidebar').getByRole('treeitem', { name }).first();
}

/** Opens a row if it is closed. The tree may draw the row anew meanwhile: it is looked up each time, and asked again. */
export async function expand(editor: Editor, name: RegExp): Promise<void> {
  const found = row(editor, name);
  await found.waitFor();
  let asked = 0;
  await until(`the row ${String(name)} to be open`, async () => {
    if ((await found.getAttribute('aria-expanded')) !== 'false') return true;
    if (Date.now() - asked > 3000) {
      asked = Date.now();
      await found.locator('.monaco-tl-twistie').click();
    }
    await editor.page.waitForTimeout(50);
    return null;
  });
}

/** A notification that matches: one that shows itself, or, when it hid itself, its entry in the centre. */
async function notification(editor: Editor, text: RegExp, ms = 90_000): Promise<Locator> {
  const shown = editor.page.locator('.notification-toast').filter({ hasText: text }).first();
  const kept = editor.page.locator('.notifications-center .notification-list-item').filter({ hasText: text }).first();
  let looked = Date.now();
  return until(
    `a notification ${String(text)}`,
    async () => {
      if (await shown.isVisible()) return shown;
      if (await kept.isVisible()) return kept;
      // While the centre is open nothing shows itself, while it is closed nothing in it is visible: look into it by turns.
      const open = await editor.page.locator('.notifications-center.visible').isVisible();
      if (open || Date.now() - looked > 4000) {
        if (open) await hideNotifications(editor);
        else await runCommand(editor, 'Notifications: Show Notifications');
        looked = Date.now();
        await editor.page.waitForTimeout(300);
      }
      return null;
    },
    ms,
  );
}

/** Closes the centre, so that new notifications show themselves. */
async function hideNotifications(editor: Editor): Promise<void> {
  const centre = editor.page.locator('.notifications-center.visible');
  if (!(await centre.isVisible())) return;
  await runCommand(editor, 'Notifications: Hide Notifications');
  await centre.waitFor({ state: 'hidden' });
}

/** Waits for a notification; its words. */
export async function waitForNotification(editor: Editor, text: RegExp, ms = 90_000): Promise<string> {
  const item = await notification(editor, text, ms);
  return ((await item.locator('.notification-list-item-message').textContent()) ?? '').trim();
}

/** Waits for a notification and presses one of its buttons; its words. */
export async function answerNotification(editor: Editor, text: RegExp, button: RegExp): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const item = await notification(editor, text);
    try {
      const words = await item.locator('.notification-list-item-message').textContent({ timeout: 3000 });
      await item.hover({ timeout: 3000 });
      await item.getByRole('button', { name: button }).first().click({ timeout: 3000 });
      await item.waitFor({ state: 'hidden', timeout: 10_000 });
      await hideNotifications(editor);
      return (words ?? '').trim();
    } catch (error) {
      // It hides itself after some seconds, perhaps just while it was reached for.
      if (attempt === 3) throw error;
    }
  }
}

/** Presses a button of the dialog that stands over the window, once it says this; its words. */
export async function answerDialog(editor: Editor, text: RegExp, button: RegExp): Promise<string> {
  const dialog = editor.page.locator('.monaco-dialog-box').filter({ hasText: text }).first();
  await dialog.waitFor();
  const words = (await dialog.locator('.dialog-message-container').textContent()) ?? '';
  await dialog.getByRole('button', { name: button }).click();
  await dialog.waitFor({ state: 'detached' });
  return words.trim();
}

/** The spoken label of an entry of the status bar, null while it is not there. `id` without the extension's own. */
export async function statusBar(
  editor: Editor,
  id = 'soloflow.soloflow',
): Promise<{ text: string; spoken: string } | null> {
  // In one look: an entry may go away between two.
  return editor.page.locator(`.statusbar-item[id^="${id}"]`).evaluateAll((found) => {
    const entry = found[0];
    if (entry === undefined) return null;
    const spoken = entry.querySelector('a')?.getAttribute('aria-label') ?? entry.getAttribute('aria-label') ?? '';
    return { text: (entry.textContent ?? '').trim(), spoken };
  });
}

/** The number on the icon in the activity bar, null without one. */
export async function activityBadge(editor: Editor): Promise<string | null> {
  return editor.page.locator('.activitybar [role=tab][aria-label^="Soloflow"] .badge-content').evaluateAll((found) => {
    const shown = found.find((badge) => badge.getClientRects().length > 0);
    const text = (shown?.textContent ?? '').trim();
    return text === '' ? null : text;
  });
}

/** 1-based line of the cursor in the active editor, from the status bar; null without one. */
export async function cursorLine(editor: Editor): Promise<number | null> {
  const text = await editor.page
    .locator('.statusbar-item[id="status.editor.selection"]')
    .evaluateAll((found) => found[0]?.textContent ?? '');
  const found = /Ln (\d+)/.exec(text);
  return found?.[1] === undefined ? null : Number(found[1]);
}

/** Opens a file of the workspace through quick open; `entry` tells it from others of the same name. */
export async function openFile(editor: Editor, name: string, entry: RegExp = new RegExp(name)): Promise<void> {
  const { page } = editor;
  await page.keyboard.press('Control+P');
  const input = page.locator('.quick-input-widget input').first();
  await input.waitFor();
  await input.fill(name);
  const found = page.locator('.quick-input-list .monaco-list-row').filter({ hasText: entry }).first();
  await found.waitFor();
  await found.click();
  await page.locator('.tab.active').filter({ hasText: name }).waitFor();
  await page.locator('.editor-instance .view-lines').first().waitFor();
}

/** Moves the cursor of the open file to a line, 1-based. */
export async function goToLine(editor: Editor, line: number): Promise<void> {
  await editor.page.keyboard.press('Control+G');
  const input = editor.page.locator('.quick-input-widget input').first();
  await input.waitFor();
  await input.fill(`:${line}`);
  await editor.page.keyboard.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

/** Replaces a whole line of the open file by keyboard. */
export async function replaceLine(editor: Editor, line: number, text: string): Promise<void> {
  const { keyboard } = editor.page;
  await goToLine(editor, line);
  await keyboard.press('End');
  // Twice: the first Home goes to the first word.
  await keyboard.press('Shift+Home');
  await keyboard.press('Shift+Home');
  await keyboard.insertText(text);
}

/** Types at the end of the open file. */
export async function typeAtEnd(editor: Editor, text: string): Promise<void> {
  await editor.page.keyboard.press('Control+End');
  await editor.page.keyboard.insertText(text);
}

/** Saves the open file and waits until the editor says that it is saved. */
export async function saveFile(editor: Editor): Promise<void> {
  await editor.page.keyboard.press('Control+S');
  await editor.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
}

/** Waits until a rendered page, e.g. a report, says this. */
export async function waitForPage(editor: Editor, text: RegExp): Promise<void> {
  // The page stands in a frame inside a frame.
  const page = editor.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
  await page.getByText(text).first().waitFor();
}

/** The words of all CodeLenses that are drawn now. */
export async function codeLenses(editor: Editor): Promise<readonly string[]> {
  return editor.page
    .locator('.codelens-decoration a, .codelens-decoration > span')
    .evaluateAll((found) => found.map((lens) => (lens.textContent ?? '').trim()).filter((text) => text !== ''));
}

/** Waits until `probe` gives something, asking again and again; throws with what was asked for. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false>,
  ms = 60_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`Waited ${ms / 1000} s in vain for: ${what}`);
    await new Promise((done) => {
      setTimeout(done, 150);
    });
  }
}
