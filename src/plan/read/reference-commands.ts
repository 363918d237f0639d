// Which code is a command that a document asks to run: only what is labelled so, or a gate that is nothing else.

const RUNNERS =
  /^(?:\.{0,2}\/\S+|(?:\w+=\S+\s+)*(?:npm|npx|pnpm|yarn|node|deno|bun|python3?|pytest|uv|uvx|poetry|pip3?|ruff|black|mypy|pyright|basedpyright|make|just|cargo|go|dotnet|mvn|gradle|bash|sh|git|docker|psql|curl|tsc|eslint|oxlint|prettier|vitest|jest|vsce|gh|terraform|kubectl|ls|test|grep|cat|echo|diff|true|false)(?:\s|$))/;
const RUN_CODE = /^(?:run|execute)\s+`([^`\n]+)`(?:\s+\S+){0,6}[.:]?$/i;
const CODE_PASSES =
  /^`([^`\n]+)`\s*(?:(?:command|run|script)\s+)?(?:[-–—]\s*)?(?:passes|passed|pass|succeeds|succeeded|is green|are green|green|is clean|clean|exits?(?: with)?(?: code)? (?:0|zero)|returns 0|runs(?: (?:clean(?:ly)?|green|without errors))?|works|ok|finishes without errors)\.?$/i;
const CODE_ALONE = /^`([^`\n]+)`[.]?$/;

/** The command a gate or testing line consists of ("`npm test` passes", "Run `npm run lint`"), null: it says more. */
export function commandOfCriterion(source: string): string | null {
  if (source.length > 400 || !source.includes('`')) return null;
  const line = source.replace(/^\*\*([^*]+)\*\*\s*:?\s*(?:[-–—]\s*)?/, (whole, bold: string) =>
    bold.includes('`') ? whole : '',
  );
  const asked = RUN_CODE.exec(line)?.[1];
  // A lone file name is something to look at; with arguments it is something to run.
  if (asked !== undefined && !/^\S+\.\w+$/.test(asked.trim())) return asked.trim();
  const stated = CODE_PASSES.exec(line)?.[1] ?? CODE_ALONE.exec(line)?.[1];
  return stated !== undefined && RUNNERS.test(stated.trim()) ? stated.trim() : null;
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
