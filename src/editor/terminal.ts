// The terminal "Soloflow": live output of the commands this window runs, each under the heading of its task. Closing it
// ends nothing; it can be opened again and shows what was kept.
import * as vscode from 'vscode';
import type { Engine, OutputChunk } from '../engine/service';
import { itemTitle } from './node-look';
import { closingFor, headingFor, terminalText } from './terminal-text';
import { revealsTerminal } from './settings';
import { t } from './words';

/** What is kept for a terminal that is opened later, in characters. */
const KEPT = 400_000;

export class RunTerminal implements vscode.Disposable {
  readonly #written = new vscode.EventEmitter<string>();
  readonly #closing: vscode.Disposable;
  #terminal: vscode.Terminal | null = null;
  #opened = false;
  #kept = '';
  #heading = '';

  constructor() {
    this.#closing = vscode.window.onDidCloseTerminal((terminal) => {
      if (terminal !== this.#terminal) return;
      this.#terminal = null;
      this.#opened = false;
    });
  }

  /** Follows one engine. */
  follow(engine: Engine): { dispose(): void } {
    const output = engine.onOutput((chunk) => this.#take(engine, chunk));
    const events = engine.onEvent(({ event }) => {
      // Only commands whose output came by here; others ran in another window.
      if (event.type === 'gate-result' && this.#heading.startsWith(`${event.attemptId} `)) {
        const { exitCode } = event.result.evidence;
        const good = event.result.status === 'pass';
        this.#write(
          closingFor(typeof exitCode === 'number' ? t('exit code {0}', exitCode) : event.result.detail, good),
        );
        this.#heading = '';
      }
      if (event.type !== 'attempt-ended' || this.#heading !== event.attemptId) return;
      const code = event.exitCode === null ? event.outcome : t('exit code {0}', event.exitCode);
      this.#write(closingFor(code, event.outcome === 'ok'));
      this.#heading = '';
    });
    return {
      dispose: () => {
        output.dispose();
        events.dispose();
      },
    };
  }

  show(preserveFocus = false): void {
    this.#create().show(preserveFocus);
  }

  dispose(): void {
    this.#closing.dispose();
    this.#terminal?.dispose();
    this.#written.dispose();
  }

  #take(engine: Engine, chunk: OutputChunk): void {
    const heading = chunk.gate === undefined ? chunk.attemptId : `${chunk.attemptId} ${chunk.gate}`;
    if (this.#heading !== heading) {
      this.#heading = heading;
      const view = engine.run(chunk.runId);
      const spec = view?.tasks.find((task) => task.taskKey === chunk.taskKey)?.spec;
      const command = chunk.gate ?? view?.attempts.find((attempt) => attempt.id === chunk.attemptId)?.command ?? null;
      this.#write(headingFor(spec === undefined ? chunk.title : itemTitle(spec), command, this.#kept === ''));
    }
    this.#write(terminalText(chunk.text));
    // What another window runs is there to be looked at, and pushes nothing in front.
    if (this.#terminal === null && chunk.elsewhere !== true && revealsTerminal()) this.#create().show(true);
  }

  #write(text: string): void {
    this.#kept += text;
    // Cut now and then, not with each of many small pieces.
    if (this.#kept.length > 2 * KEPT) this.#kept = this.#kept.slice(-KEPT);
    if (this.#opened) this.#written.fire(text);
  }

  #create(): vscode.Terminal {
    this.#terminal ??= vscode.window.createTerminal({
      name: 'Soloflow',
      iconPath: new vscode.ThemeIcon('checklist'),
      isTransient: true,
      pty: {
        onDidWrite: this.#written.event,
        open: () => {
          this.#opened = true;
          const text =
            this.#kept === '' ? `\u001b[2m${t('Output of running tasks appears here.')}\u001b[0m\r\n` : this.#kept;
          this.#written.fire(text);
        },
        close: () => {
          this.#opened = false;
        },
      },
    });
    return this.#terminal;
  }
}
