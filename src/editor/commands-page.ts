// Commands under review as one shell text: each with its task and place as a comment, nothing cut or folded. Pure.
import type { Translate } from '../workflow/words/translate';

export interface ShownCommand {
  readonly command: string;
  /** The task it belongs to. */
  readonly of: string;
  /** path:line, empty if unknown. */
  readonly place: string;
}

const comment = (text: string): string => `# ${text.replace(/\s+/g, ' ')}`.trimEnd();

/** Characters that look like nothing or reorder a line are made visible. */
const visible = (text: string): string =>
  text.replace(
    // oxlint-disable-next-line no-control-regex
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

export function commandsPage(commands: readonly ShownCommand[], t: Translate): string {
  const byText = Map.groupBy(commands, (each) => each.command);
  const parts = [...byText].map(([command, uses], index) =>
    [
      comment(
        `${index + 1}. ${uses.map((use) => [use.of, use.place].filter((part) => part !== '').join(', ')).join('; ')}`,
      ),
      visible(command),
    ].join('\n'),
  );
  // The question stands over the top of the editor: the commands begin below it.
  const head = [
    t('Soloflow asks before it runs these commands on this machine.'),
    t('Nothing here runs until you approve it.'),
    '',
    t('An approval counts for exactly these texts, in this folder, with this environment.'),
    t('It is remembered for you alone, outside of the repository.'),
    t('A text that changes is asked about again. Destructive commands are asked about each time.'),
    '',
    t('Commands: {0}', byText.size),
  ].map(comment);
  return [head.join('\n'), ...parts, ''].join('\n\n');
}
