// Which code is a command that a document asks to run: only what is labelled so, or a gate that is nothing else. Whatever
// only mentions code ("never run `git push --force`") must not be offered to be run.

/** Programs that people name in gates, each by the word that it is called by. */
const PROGRAMS =
  'npm npx pnpm yarn node deno bun bunx tsx tsc vite vitest jest mocha ava tap c8 nyc playwright cypress eslint oxlint oxfmt biome prettier stylelint markdownlint cspell knip nx turbo lerna wireit vsce python python3 pytest uv uvx poetry pdm hatch rye tox nox pip pip3 ruff black isort flake8 pylint mypy pyright basedpyright bandit coverage pre-commit make just task ninja cmake ctest meson bazel cargo rustc go gofmt golangci-lint staticcheck dotnet mvn gradle sbt kotlinc javac java swift xcodebuild php composer phpunit phpstan pest artisan ruby bundle rake rspec rubocop rails mix elixir rebar3 cabal stack lein zig nim dart flutter julia Rscript perl prove lua bash sh zsh fish pwsh shellcheck hadolint yamllint actionlint vale lychee git gh docker docker-compose podman kubectl helm terraform tofu ansible-lint psql sqlite3 mysql redis-cli curl wget jq yq xmllint ls test grep rg find cat head tail wc cmp diff stat file awk sed sort echo printf sleep true false'.split(
    ' ',
  );
const RUNNERS = new RegExp(
  `^(?:\\.{1,2}/\\S+|/(?:usr|opt|bin|home)/\\S+|(?:\\w+=\\S+\\s+)*(?:${PROGRAMS.join('|')})(?:\\s|$))`,
);
/** Of a program nobody here knows: called with an option or a path, as only commands are. */
const CALL = /^(?:\w+=\S+\s+)*[a-z][\w.+-]*(?:\s+\S+)*?\s+(?:-{1,2}\w|\S*\/)/;
const isCommand = (code: string): boolean => RUNNERS.test(code) || CALL.test(code);
const RUN_CODE = /^(?:run|execute)\s+`([^`\n]+)`(?:\s+\S+){0,6}[.:]?$/i;
const CODE_PASSES =
  /^`([^`\n]+)`\s*(?:(?:command|run|script)\s+)?(?:[-–—]\s*)?(?:passes|passed|pass|succeeds|succeeded|is green|are green|green|is clean|clean|exits?(?: with)?(?: code)? (?:0|zero)|returns 0|runs(?: (?:clean(?:ly)?|green|without errors))?|works|ok|finishes without errors)\.?$/i;
const CODE_ALONE = /^`([^`\n]+)`[.]?$/;
/** "Unit tests: `npm test`", "checked by `npm run lint`"; not what must never be run. */
const CODE_NAMED =
  /^(?![^`]*\b(?:no|not|never|don't|cannot|avoid|without|instead|unless)\b)[^`]{0,60}(?::|\b(?:checked|verified|confirmed|tested) (?:by|with)(?: running)?|\b(?:pass(?:es)?|works?))\s*`([^`\n]+)`\.?$/i;

/** The command a gate, testing line or criterion consists of ("`npm test` passes", "Run `npm run lint`"), null: it says more. */
export function commandOfCriterion(source: string): string | null {
  if (source.length > 400 || !source.includes('`')) return null;
  const line = source.replace(/^\*\*([^*]+)\*\*\s*:?\s*(?:[-–—]\s*)?/, (whole, bold: string) =>
    bold.includes('`') ? whole : '',
  );
  const asked = RUN_CODE.exec(line)?.[1];
  // A lone file name is something to look at; with arguments it is something to run.
  if (asked !== undefined && !/^\S+\.\w+$/.test(asked.trim())) return asked.trim();
  const stated = [CODE_PASSES, CODE_ALONE, CODE_NAMED]
    .map((form) => form.exec(line)?.[1])
    .find((code) => code !== undefined);
  return stated !== undefined && isCommand(stated.trim()) ? stated.trim() : null;
}

/** Inline code spans of a line with the offsets of what stands between the back ticks. */
export function codeSpans(
  source: string,
): readonly { readonly text: string; readonly start: number; readonly end: number }[] {
  return [...source.slice(0, 4000).matchAll(/(?<!`)(`{1,2})(?!`)([^`\n]+?)\1(?!`)/g)].map((match) => {
    const start = match.index + (match[1]?.length ?? 1);
    return { text: (match[2] ?? '').trim(), start, end: start + (match[2]?.length ?? 0) };
  });
}
