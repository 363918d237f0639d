// The editor's language model behind our port: chosen by the config, asked with tools, cancelled, and its errors as
// failures. The editor asks the person itself whether an extension may use a model.
import * as vscode from 'vscode';
import type { Failure } from '../model/failure';
import { err, ok, type Result } from '../model/result';
import type { ModelCall, ModelMessage, ModelTool, ToolModel } from '../workflow/language-model';
import { t } from './words';

/** `wanted`: id or family from the config; null takes the first. */
export function editorModel(wanted: () => string | null): ToolModel {
  const ask = async (
    messages: readonly ModelMessage[],
    tools: readonly ModelTool[],
    signal: AbortSignal,
    heard: (piece: string) => void,
  ): Promise<Result<{ readonly text: string; readonly calls: readonly ModelCall[] }, Failure>> => {
    if (signal.aborted) return err({ kind: 'cancelled' });
    const model = await choose(wanted());
    if (model === null) return err({ kind: 'language-model', reason: 'none', message: '' });
    const stop = new vscode.CancellationTokenSource();
    const cancelled = Promise.withResolvers<'cancelled'>();
    const abort = (): void => {
      stop.cancel();
      cancelled.resolve('cancelled');
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      // A model may go on in spite of the token: nobody waits for it then.
      const answered = await Promise.race([
        hear(model, messages, tools, stop.token, (piece) => {
          if (!signal.aborted) heard(piece);
        }),
        cancelled.promise,
      ]);
      return answered === 'cancelled' ? err({ kind: 'cancelled' }) : ok(answered);
    } catch (error) {
      return signal.aborted ? err({ kind: 'cancelled' }) : err(failureOf(error));
    } finally {
      signal.removeEventListener('abort', abort);
      stop.dispose();
    }
  };
  return {
    available: async () => (await choose(wanted()))?.name ?? null,
    async complete(prompt, signal, heard = () => {}) {
      const answered = await ask([{ role: 'user', text: prompt }], [], signal, heard);
      return answered.ok ? ok(answered.value.text) : answered;
    },
    turn: ask,
  };
}

async function choose(wanted: string | null): Promise<vscode.LanguageModelChat | null> {
  // Editors that share our code base may have no models at all.
  const lm = vscode.lm as Partial<typeof vscode.lm> | undefined;
  if (typeof lm?.selectChatModels !== 'function') return null;
  const models = await lm.selectChatModels();
  if (wanted === null) return models[0] ?? null;
  return models.find(({ id }) => id === wanted) ?? models.find(({ family }) => family === wanted) ?? null;
}

async function hear(
  model: vscode.LanguageModelChat,
  messages: readonly ModelMessage[],
  tools: readonly ModelTool[],
  token: vscode.CancellationToken,
  heard: (piece: string) => void,
): Promise<{ readonly text: string; readonly calls: readonly ModelCall[] }> {
  const response = await model.sendRequest(
    messages.map(messageOf),
    {
      justification: t('Soloflow lets a language model do tasks of your plan that you gave to it.'),
      ...(tools.length === 0
        ? {}
        : { tools: tools.map(({ name, description, input }) => ({ name, description, inputSchema: input })) }),
    },
    token,
  );
  let text = '';
  const calls: ModelCall[] = [];
  for await (const part of response.stream) {
    if (part instanceof vscode.LanguageModelTextPart) {
      text += part.value;
      heard(part.value);
    } else if (part instanceof vscode.LanguageModelToolCallPart) {
      calls.push({ id: part.callId, name: part.name, input: part.input });
    }
  }
  return { text, calls };
}

function messageOf(message: ModelMessage): vscode.LanguageModelChatMessage {
  switch (message.role) {
    case 'user':
      return vscode.LanguageModelChatMessage.User(message.text);
    case 'model':
      return vscode.LanguageModelChatMessage.Assistant([
        ...(message.text === '' ? [] : [new vscode.LanguageModelTextPart(message.text)]),
        ...message.calls.map(({ id, name, input }) => new vscode.LanguageModelToolCallPart(id, name, objectOf(input))),
      ]);
    case 'results':
      return vscode.LanguageModelChatMessage.User(
        message.results.map(
          ({ id, text }) => new vscode.LanguageModelToolResultPart(id, [new vscode.LanguageModelTextPart(text)]),
        ),
      );
  }
}

const objectOf = (input: unknown): object => (typeof input === 'object' && input !== null ? input : {});

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof vscode.LanguageModelError ? error.code : '';
  const reasons: Readonly<Record<string, 'none' | 'no-permission' | 'limit'>> = {
    NotFound: 'none',
    NoPermissions: 'no-permission',
    Blocked: 'limit',
  };
  return { kind: 'language-model', reason: reasons[code] ?? 'failed', message };
}
