// Checks that people write down in words, where the words leave no doubt what is to be looked at: "docs/a.md exists",
// "All tests pass", "The working tree is clean". Everything else is for a person to say.
import type { Gate } from '../model/gate';

/** A path as it is written in prose: with a folder or a usual ending, and nothing that only code has. */
const PATH =
  /^(?!\/\/|\w+:)[\w@.*{}[\]~/+-]*(?:[\w*}\]]\/[\w@.*{},[\]~/+-]*|\.(?:md|mdx|txt|json|jsonc|ya?ml|toml|ini|env|lock|xml|html?|css|scss|svg|png|jpe?g|gif|pdf|csv|tsv|sql|sh|bash|ps1|bat|ts|tsx|mts|cts|js|jsx|mjs|cjs|vue|svelte|py|pyi|ipynb|rb|go|rs|java|kt|swift|c|h|cc|cpp|hpp|cs|fs|php|ex|exs|lua|r|jl|tf|proto|graphql|dockerfile|gitignore))$/i;
const FILES =
  /^(?:the )?(?:files? )?(.+?) (?:(?:is|are|was|were|has been|have been|must be) )?(exists?|there|created|written|updated|changed|modified)\.?$/i;

const EXPECT: Readonly<Record<string, 'exist' | 'created' | 'changed'>> = {
  exist: 'exist',
  exists: 'exist',
  there: 'exist',
  created: 'created',
  // Written anew or written over: either way it was touched.
  written: 'changed',
  updated: 'changed',
  changed: 'changed',
  modified: 'changed',
};

const TESTS =
  /^(?:all |the )?(?:unit |automated |existing |project )?tests?(?: suite)? (?:pass(?:es|ing)?|(?:is|are) (?:green|passing))\.?$/i;
const REFERENCES =
  /^(?:all |the )?(?:internal )?(?:cross-?references|links)(?:(?:,| and) (?:anchors|ids|cross-?references))* (?:are valid|valid|resolve|lead somewhere)\.?$|^no broken (?:links|cross-?references)\.?$/i;
const NAVIGATION = /^(?:the )?navigation (?:is )?(?:valid|works)\.?$|^(?:all )?documents are reachable\.?$/i;
const PROBLEMS = /^no new (?:problems|diagnostics|errors and warnings)(?: in the (?:editor|problems panel))?\.?$/i;
const CLEAN = /^(?:the )?(?:git )?(?:working )?tree is clean\.?$/i;
const COMMITTED = /^(?:everything|the (?:change|work)|(?:all )?(?:the )?changes) (?:is|are) committed\.?$/i;

/** The check that a gate, test or criterion in words asks for; null: a person has to look. `testCommand`: null: nothing tells how tests are run here. */
export function gateInWords(source: string, testCommand: () => string | null): Gate | null {
  if (source.length > 300) return null;
  const text = source.replace(/[`*]/g, '').replace(/\s+/g, ' ').trim();
  const name = text;
  if (TESTS.test(text)) {
    const command = testCommand();
    return command === null ? null : { kind: 'tests', name, command };
  }
  if (REFERENCES.test(text)) return { kind: 'references', name, paths: [] };
  if (NAVIGATION.test(text)) return { kind: 'navigation', name, paths: [] };
  if (PROBLEMS.test(text)) return { kind: 'problems', name };
  if (CLEAN.test(text)) return { kind: 'tree', name, expect: 'clean' };
  if (COMMITTED.test(text)) return { kind: 'tree', name, expect: 'committed' };
  const files = FILES.exec(text);
  const expect = EXPECT[files?.[2]?.toLowerCase() ?? ''];
  // The stars of a glob are no bold.
  const paths = pathsIn(FILES.exec(source.replace(/`/g, '').replace(/\s+/g, ' ').trim())?.[1] ?? '');
  return expect === undefined || paths === null ? null : { kind: 'files', name, paths, expect };
}

function pathsIn(list: string): readonly string[] | null {
  const found = list
    .split(/,\s*(?:and\s+)?|\s+and\s+/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return found.length > 0 && found.every((each) => PATH.test(each)) ? found : null;
}
