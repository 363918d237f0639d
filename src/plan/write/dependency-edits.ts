// Adding and removing one dependency in the list the document already has.
import type { Dependency, Item, PlanDocument } from '../../model/plan';
import { ok } from '../../model/result';
import type { Span, TextEdit } from '../../model/text';
import { normalId } from '../graph/ids';
import { type Edits, invalid, notWritable } from './edits';
import { childIndent, insertField, ownTextEnd } from './field-shape';
import { addFrontMatterEntry, removeFrontMatterEntry } from './front-matter-edits';
import { addJsonEntry, removeJsonEntry } from './json-edits';
import { endOfLine, fitsSpan, insertLines, startOfLine } from './text-edits';

const NOTHING = /^[*_`\s]*(?:none|n\/a|na|nothing|no|nil|[-\u2010-\u2015\u2212]+)?[*_`.\s]*$/i;

export function addDependency(document: PlanDocument, text: string, item: Item, on: string): Edits {
  const name = on.trim();
  if (name === '' || /[\r\n,;|]/.test(name)) return invalid('on', 'A dependency is named by one id.');
  if (item.dependencies.some((each) => each.kind !== 'blocks' && each.targets.includes(normalId(name)))) return ok([]);
  if (document.dialect === 'task-master') return addJsonEntry(text, item, name);
  if (document.dialect === 'backlog-md') return addFrontMatterEntry(text, item, name);
  const site = item.dependencySite;
  if (site === null) return newSite(document, text, item, name);
  if (!fitsSpan(text, site, name)) return invalid('on', 'This id would break the line it stands on.');
  const there = text.slice(site.start, site.end);
  if (NOTHING.test(there)) return ok([{ span: site, text: spaced(text, site, name) }]);
  const end = site.start + there.trimEnd().length;
  return ok([{ span: { start: end, end }, text: `, ${name}` }]);
}

/** An empty value right behind its colon gets a space. */
function spaced(text: string, site: Span, name: string): string {
  return site.start === site.end && text.charAt(site.start - 1) === ':' ? ` ${name}` : name;
}

function newSite(document: PlanDocument, text: string, item: Item, name: string): Edits {
  switch (document.dialect) {
    case 'spec-kit': {
      const end = endOfLine(text, item.titleSpan.end);
      const at =
        end - (text.slice(item.titleSpan.end, end).length - text.slice(item.titleSpan.end, end).trimEnd().length);
      return ok([{ span: { start: at, end: at }, text: ` (depends on ${name})` }]);
    }
    case 'kiro': {
      const start = startOfLine(text, item.span.start);
      const line = `${childIndent(text, start)}- _Depends: ${name}_`;
      return ok([insertLines(text, ownTextEnd(text, start), [line])]);
    }
    case 'cursor-plan':
    case 'bmad':
    case 'beads':
    case 'reference-backlog':
      return notWritable(item, 'dependency');
    default: {
      const edit = insertField(document, text, item, 'Depends on', name);
      return edit === null ? notWritable(item, 'dependency') : ok([edit]);
    }
  }
}

export function removeDependency(document: PlanDocument, text: string, item: Item, on: string): Edits {
  const wanted = normalId(on);
  const found = item.dependencies.find(
    (each) => each.kind !== 'blocks' && (each.targets.includes(wanted) || each.text.trim() === on.trim()),
  );
  if (found === undefined) return ok([]);
  // A range names several: taking one out would have to write it anew.
  if (found.targets.length > 1 && found.text.trim() !== on.trim()) return notWritable(item, `dependency ${on}`);
  if (document.dialect === 'task-master') return removeJsonEntry(text, item, found);
  if (document.dialect === 'backlog-md') return removeFrontMatterEntry(text, item, found);
  const site = item.dependencySite;
  if (site === null || found.span.start < site.start || found.span.end > site.end)
    return notWritable(item, `dependency ${on}`);
  const inside = item.dependencies
    .filter((each) => each.span.start >= site.start && each.span.end <= site.end)
    .toSorted((a, b) => a.span.start - b.span.start);
  return ok([removal(text, site, inside, found)]);
}

function removal(text: string, site: Span, all: readonly Dependency[], found: Dependency): TextEdit {
  const at = all.indexOf(found);
  const after = all[at + 1];
  const before = all[at - 1];
  if (after !== undefined) return { span: { start: found.span.start, end: after.span.start }, text: '' };
  if (before !== undefined) return { span: { start: before.span.end, end: found.span.end }, text: '' };
  const bracket = /[\t ]*\((?:depends on|blocked by|after|needs|requires):?[\t ]+$/i.exec(
    text.slice(Math.max(0, site.start - 40), site.start),
  );
  if (bracket !== null && text.charAt(site.end) === ')')
    return { span: { start: site.start - bracket[0].length, end: site.end + 1 }, text: '' };
  return { span: site, text: 'None' };
}
