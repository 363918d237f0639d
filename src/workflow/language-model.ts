// A language model that the host has: the editor's. Absent in a terminal. What it says is data: nothing in it approves,
// answers or runs anything.
import type { Failure } from '../model/failure';
import type { Result } from '../model/result';

export interface LanguageModel {
  /** Name of the model that would answer, null where there is none. Asks the person for nothing. */
  available(): Promise<string | null>;
  /**
   * The whole answer to one prompt; `heard` gets its pieces as they come. Resolves soon after the signal with
   * `cancelled`; a model that is missing, refuses or breaks off is a `language-model` failure.
   */
  complete(prompt: string, signal: AbortSignal, heard?: (piece: string) => void): Promise<Result<string, Failure>>;
}

/** A function that a model may ask for. `input` as JSON schema. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly input: Readonly<Record<string, unknown>>;
}
export interface ModelCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}
export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'model'; readonly text: string; readonly calls: readonly ModelCall[] }
  | { readonly role: 'results'; readonly results: readonly { readonly id: string; readonly text: string }[] };

/** A model that can be talked with, and that may ask for functions. */
export interface ToolModel extends LanguageModel {
  /** Its next turn after `messages`: what it says and what it asks for. No calls: it has ended. */
  turn(
    messages: readonly ModelMessage[],
    tools: readonly ModelTool[],
    signal: AbortSignal,
    heard: (piece: string) => void,
  ): Promise<Result<{ readonly text: string; readonly calls: readonly ModelCall[] }, Failure>>;
}
