// A language model for the tests: each request is answered by what the test plays next.
const vscode = require('vscode');

let play = async () => [];

exports.activate = (context) => {
  // Editors before 1.104 have no way to bring a model of one's own.
  if (typeof vscode.lm.registerLanguageModelChatProvider !== 'function') return { offered: false, play: () => {} };
  context.subscriptions.push(
    vscode.lm.registerLanguageModelChatProvider('stand-in', {
      provideLanguageModelChatInformation: async () => [
        {
          id: 'stand-in-1',
          name: 'Stand-in One',
          family: 'stand-in',
          version: '1',
          maxInputTokens: 100_000,
          maxOutputTokens: 10_000,
          capabilities: { toolCalling: true },
        },
      ],
      provideLanguageModelChatResponse: async (_model, messages, options, progress, token) => {
        const parts = await play({ messages, tools: options.tools ?? [], token });
        for (const part of parts) progress.report(part);
      },
      provideTokenCount: async (_model, text) => Math.ceil(JSON.stringify(text).length / 4),
    }),
  );
  return {
    offered: true,
    /** `next({ messages, tools, token })` gives the parts of an answer. */
    play: (next) => {
      play = next;
    },
  };
};
