// The editor's words come in the editor's language.
import * as vscode from 'vscode';
import type { Translate } from '../workflow/words/translate';

export const t: Translate = (message, ...args) => vscode.l10n.t(message, ...args);
