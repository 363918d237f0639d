// The editor's words come in the editor's language. What documents and agents said stands in them as plain text.
import * as vscode from 'vscode';
import { plainText } from '../agents/plain-text';
import type { Translate } from '../workflow/words/translate';

export const t: Translate = (message, ...args) =>
  vscode.l10n.t(message, ...args.map((each) => (typeof each === 'string' ? plainText(each) : each)));
