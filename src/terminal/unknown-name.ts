// What is said about a command that does not exist: the ones that are like it.
import type { Failure } from '../model/failure';
import { nearest } from '../plan/graph/nearest';
import type { AnyAction } from '../workflow/actions';

const OWN = ['help', 'completion', 'schema', 'mcp'];

export function unknownName(actions: readonly AnyAction[], name: string): Failure {
  const names = [...actions.filter(({ surfaces }) => surfaces.includes('cli')).map((each) => each.name), ...OWN];
  const begun = names.filter((each) => name !== '' && (each.startsWith(name) || each.includes(name)));
  const near = [...new Set([...begun, ...nearest(name, names)])].slice(0, 3);
  const hint = near.length > 0 ? ` Did you mean ${near.join(', ')}?` : '';
  return {
    kind: 'invalid-input',
    field: name,
    message: `is not a command.${hint} soloflow --help lists them`,
  };
}
