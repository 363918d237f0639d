// The published list of destructive commands, as data: what cannot be taken back is asked about once per task.
// Matching is by the words of one shell line; it errs on the side of asking.
import { once } from '../model/once';

interface DestructiveRule {
  readonly name: string;
  /** Lower case; a line without any of them needs no look at the pattern. null: every line does. */
  readonly words: readonly string[] | null;
  readonly pattern: () => RegExp;
}

/** The start of a command word: line start, or after a shell separator, sudo, env, time, xargs. */
const AT = String.raw`(?:^(?:\w+=\S*\s+)*|[;&|({\`!]\s*(?:\w+=\S*\s+)*|\b(?:sudo|env|time|nohup|xargs|exec|then|do|else|if|eval)\s+(?:-\S+\s+|\w+=\S*\s+)*["']?|sh\s+-\w*c\s+["']|\s--\s)`;
/**
 * `words`: commands, with | between them; `rest`: what stands behind them. Patterns are made when a line has the word:
 * making them all takes longer than most starts.
 */
const rule = (name: string, words: string, rest: string, flags = ''): DestructiveRule => {
  const each = words.split('|');
  return {
    name,
    words: each,
    pattern: once(() => new RegExp(`${AT}(?:${each.map(literal).join('|')})${rest}`, flags)),
  };
};
const anywhere = (name: string, pattern: RegExp): DestructiveRule => ({ name, words: null, pattern: () => pattern });

/** Any space may stand between two words. */
const firstOf = (word: string): string => word.split(' ', 1)[0] ?? word;
const literal = (word: string): string => word.replaceAll('.', String.raw`\.`).replaceAll(' ', String.raw`\s+`);
const FORCE = String.raw`(?:\s[^;&|]*)?\s(?:--force\b(?!-with-lease=)|--force-with-lease\b|-[a-zA-Z]*f[a-zA-Z]*\b)`;
const RELEASERS = 'lerna|changeset|semantic-release|vsce|ovsx|np|release-it';
const DRY = String.raw`(?![^;&|]*--dry-run)`;
const DRY_OR_SNAPSHOT = String.raw`(?![^;&|]*(?:--dry-run|--snapshot))`;

const DESTRUCTIVE: readonly DestructiveRule[] = [
  rule('git-force-push', 'git', String.raw`\s+(?:-\S+\s+\S+\s+)*push${FORCE}`),
  rule('git-force-push', 'git', String.raw`\s+push\s[^;&|]*\s\+[\w/.-]+`),
  rule(
    'git-delete-remote',
    'git',
    String.raw`\s+push\s[^;&|]*(?:\s--delete\b|\s-d\b|\s:[\w/.-]+|--mirror\b|--prune\b)`,
  ),
  rule('git-reset-hard', 'git', String.raw`\s+(?:-\S+\s+\S+\s+)*reset\s[^;&|]*--hard\b`),
  rule('git-clean', 'git', String.raw`\s+(?:-\S+\s+\S+\s+)*clean\s[^;&|]*(?:-[a-zA-Z]*f|--force)`),
  rule('git-discard', 'git', String.raw`\s+(?:checkout|restore)\s+(?:--\s+)?\.(?:\s|$)`),
  rule('git-branch-delete', 'git', String.raw`\s+branch\s[^;&|]*-D\b`),
  rule('git-stash-drop', 'git', String.raw`\s+stash\s+(?:drop|clear)\b`),
  rule('git-rewrite-history', 'git', String.raw`\s+(?:filter-branch|filter-repo|reflog\s+expire|update-ref\s+-d)\b`),
  rule('find-delete', 'find', String.raw`\s[^;&|]*\s(?:-delete\b|-exec\s+rm\b)`),
  rule('shred', 'shred|wipefs|srm', String.raw`\s`),
  rule('truncate-file', 'truncate', String.raw`\s[^;&|]*-s\s*0\b`),
  rule('disk', 'dd', String.raw`\s[^;&|]*\bof=`, 'i'),
  rule('disk', 'mkfs', String.raw`(?:\.\w+)?\s`, 'i'),
  rule('disk', 'fdisk|parted', String.raw`\s`, 'i'),
  rule('disk', 'diskutil', String.raw`\s+(?:erase|partition)`, 'i'),
  rule('disk', 'format', String.raw`\s+[a-z]:`, 'i'),
  anywhere('disk', />\s*\/dev\/(?:sd|nvme|disk|hd)\w*/),
  rule(
    'permissions',
    'chmod|chown',
    String.raw`\s[^;&|]*(?:-[a-zA-Z]*R|--recursive)[^;&|]*\s(?:\/|~|\$HOME|\.)(?:\s|$|\/\s|\/$)`,
  ),
  rule('permissions', 'chmod', String.raw`\s[^;&|]*-[a-zA-Z]*R[^;&|]*\s0?777\b`),
  rule('pipe-to-shell', 'curl|wget', String.raw`\s[^;&]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:ba|z|da|k|fi)?sh\b`),
  anywhere('pipe-to-shell', /\b(?:ba|z)?sh\s+(?:-c\s+["']?\$\(|<\()\s*(?:curl|wget)\b/),
  anywhere(
    'pipe-to-shell',
    /\b(?:iex|invoke-expression)\b.*\b(?:irm|iwr|invoke-webrequest|downloadstring)\b|\b(?:irm|iwr)\b.*\|\s*iex\b/i,
  ),
  anywhere('sql', /\bdrop\s+(?:table|database|schema|view|index|column|user|role|owned|materialized|type|function)\b/i),
  anywhere('sql', /\btruncate\s+(?:table\s+)?["'`\w.]+\s*(?:;|"|'|,|$|cascade|restart)/i),
  anywhere('sql', /\bdelete\s+from\s+["'`\w.]+\s*(?:;|"|'|$)/i),
  rule('database', 'dropdb|dropuser', String.raw`\s`),
  rule('database', 'redis-cli', String.raw`\s[^;&|]*\bflush(?:all|db)\b`, 'i'),
  anywhere('database', /\bdb\.(?:dropDatabase|\w+\.drop)\s*\(/),
  anywhere(
    'database',
    /\b(?:prisma\s+(?:migrate\s+reset|db\s+push\b.*--(?:force-reset|accept-data-loss))|db:(?:drop|reset|purge)|migrate:(?:fresh|reset|rollback)|(?:manage\.py|django-admin)\s+flush|sequelize\s+db:drop)\b/,
  ),
  rule(
    'infrastructure',
    'terraform|tofu|terragrunt|cdktf',
    String.raw`\s+(?:-\S+\s+)*(?:apply|destroy|state\s+rm|force-unlock|import|taint)\b`,
  ),
  rule('infrastructure', 'pulumi', String.raw`\s+(?:up|destroy|cancel|stack\s+rm)\b`),
  rule('infrastructure', 'cdk', String.raw`\s+(?:deploy|destroy)\b`),
  rule('infrastructure', 'serverless|sls|sam', String.raw`\s+(?:deploy|remove|delete)\b`),
  rule('infrastructure', 'ansible-playbook', String.raw`\s(?![^;&|]*--(?:check|syntax-check|list-))`),
  rule(
    'kubernetes',
    'kubectl|oc|k',
    String.raw`\s+(?:-\S+\s+\S+\s+)*(?:delete|drain|replace\s[^;&|]*--force|rollout\s+undo|scale\s[^;&|]*--replicas[= ]0)\b`,
  ),
  rule('kubernetes', 'helm', String.raw`\s+(?:uninstall|delete|del|rollback)\b`),
  rule('docker', 'docker|podman', String.raw`\s+(?:system|volume|image|container|network|builder)\s+prune\b`),
  rule('docker', 'docker|podman', String.raw`\s+(?:volume\s+rm|rm\s[^;&|]*-[a-zA-Z]*f|rmi\s[^;&|]*-[a-zA-Z]*f)`),
  rule(
    'docker',
    'docker compose|docker-compose|podman-compose',
    String.raw`\s[^;&|]*down\s[^;&|]*(?:-v\b|--volumes\b|--rmi\b)`,
  ),
  rule(
    'publish',
    'npm|pnpm|yarn|bun',
    String.raw`\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?)*(?:npm\s+)?(?:publish|unpublish|deprecate)\b${DRY}`,
  ),
  rule('publish', RELEASERS, String.raw`\s*(?:publish\b|unpublish\b|$)${DRY}`),
  rule('publish', 'npx', String.raw`\s+(?:${RELEASERS})\s*(?:publish\b|unpublish\b|$)${DRY}`),
  rule('publish', 'cargo', String.raw`\s+(?:publish|yank)\b${DRY}`),
  rule('publish', 'twine', String.raw`\s+upload${DRY_OR_SNAPSHOT}`),
  rule('publish', 'poetry|uv|flit|hatch|pdm', String.raw`\s+publish${DRY_OR_SNAPSHOT}`),
  rule('publish', 'gem', String.raw`\s+(?:push|yank)${DRY_OR_SNAPSHOT}`),
  rule('publish', 'dotnet', String.raw`\s+nuget\s+(?:push|delete)${DRY_OR_SNAPSHOT}`),
  rule('publish', 'pod', String.raw`\s+trunk\s+push${DRY_OR_SNAPSHOT}`),
  rule('publish', 'mvn', String.raw`\s[^;&|]*\bdeploy\b${DRY_OR_SNAPSHOT}`),
  rule('publish', './gradlew|./gradle|gradlew|gradle', String.raw`\s[^;&|]*\bpublish\w*${DRY_OR_SNAPSHOT}`),
  rule('publish', 'docker', String.raw`\s+push${DRY_OR_SNAPSHOT}`),
  rule('publish', 'goreleaser', String.raw`(?:\s+release)?(?=\s|$)${DRY_OR_SNAPSHOT}`),
  rule(
    'release',
    'gh',
    String.raw`\s+(?:release\s+(?:create|delete|edit|upload)|repo\s+(?:delete|archive|rename)|pr\s+merge|secret\s+(?:set|delete|remove)|api\s[^;&|]*(?:-X|--method)[= ]?\s*(?:DELETE|PUT|PATCH|POST))\b`,
  ),
  rule('release', 'glab', String.raw`\s+(?:release\s+(?:create|delete)|repo\s+delete|mr\s+merge)\b`),
  rule(
    'cloud',
    'aws',
    String.raw`\s+(?:-\S+\s+\S+\s+)*s3\s+(?:rm\s[^;&|]*--recursive|rb\b|sync\s[^;&|]*--delete|mv\s[^;&|]*--recursive)`,
  ),
  rule('cloud', 'aws', String.raw`\s[^;&|]*\s(?:delete|terminate|remove|deregister|purge|destroy)-[\w-]+`),
  rule(
    'cloud',
    'gcloud|az|doctl|heroku|flyctl|fly|vercel|netlify|railway|wrangler|firebase',
    String.raw`\s[^;&|]*\b(?:delete|destroy|purge|remove|rm|deploy|apps:destroy|pg:reset|publish)\b`,
  ),
  rule('cloud', 'gsutil|rclone', String.raw`\s[^;&|]*\b(?:rm|rb|purge|delete|sync)\b`),
  rule('cloud', 'vercel|netlify deploy', String.raw`\s[^;&|]*--prod\b`),
  rule('machine', 'shutdown|reboot|halt|poweroff', String.raw`\b`),
  rule('machine', 'init', String.raw`\s+[06]\b`),
  rule('machine', 'killall|pkill', String.raw`\s`),
  rule('machine', 'kill', String.raw`\s+(?:-\S+\s+)*-1\b`),
  rule('machine', 'crontab', String.raw`\s+-r`),
  rule('machine', 'userdel', String.raw`\s`),
  rule('machine', 'systemctl', String.raw`\s+(?:stop|disable|mask)\s`),
  rule('machine', 'iptables', String.raw`\s+-F`),
  anywhere('fork-bomb', /:\s*\(\s*\)\s*\{.*:\s*\|\s*:/),
  rule('rsync-delete', 'rsync', String.raw`\s[^;&|]*--delete`),
  rule('windows-delete', 'rd|rmdir', String.raw`\s+\/s\b`, 'i'),
  rule('windows-delete', 'del', String.raw`\s+(?:\/\w\s+)*\/[sfq]\b`, 'i'),
  rule('windows-delete', 'remove-item', String.raw`\s[^;&|]*-recurse\b`, 'i'),
];

/** Folders that builds make and that may be deleted without asking. */
const BUILD_FOLDERS: readonly string[] = (
  'dist build out target coverage node_modules .next .nuxt .turbo .cache .parcel-cache .pytest_cache .mypy_cache ' +
  '.ruff_cache __pycache__ .tox .venv venv .gradle .vscode-test tmp temp .tmp .nyc_output storybook-static _site ' +
  '.svelte-kit .output bin obj'
).split(' ');

const RM = once(() => new RegExp(String.raw`${AT}(?:command\s+|\\)?rm\s+([^;&|]*)`, 'g'));

/** Does this line delete recursively anything but a build folder inside the workspace? */
function deletesOutsideBuildFolders(line: string): boolean {
  if (!line.includes('rm')) return false;
  for (const match of line.matchAll(RM())) {
    const words = (match[1] ?? '').trim().split(/\s+/).map(unquote);
    const flags = words.filter((word) => word.startsWith('-') && word !== '--');
    const recursive = flags.some((flag) => flag === '--recursive' || /^-[a-zA-Z]*[rR]/.test(flag));
    const targets = words.filter((word) => !word.startsWith('-') && word !== '' && !/^\d?[<>]/.test(word));
    if (recursive && (targets.length === 0 || targets.some((target) => !isBuildFolder(target)))) return true;
    if (targets.some((target) => /^(?:\/|~|\$HOME|\*|\.\/\*|\.)\/?\*?$/.test(target))) return true;
  }
  return false;
}
const unquote = (word: string): string => word.replaceAll(/^["']|["')}\]]$/g, '');

function isBuildFolder(target: string): boolean {
  // A path with a variable, a glob at its head or a way out of the workspace may be anything.
  if (/^(?:\/|~|[a-z]:)|\$|`|(?:^|\/)\.\.(?:\/|$)/i.test(target)) return false;
  const parts = target.replace(/^\.\//, '').split('/');
  return parts.some((part) => BUILD_FOLDERS.includes(part)) && parts[0] !== '*' && parts[0] !== '**';
}

type Found = { readonly rule: string; readonly line: string } | null;
/** Plans have the same few commands many times, and each is asked about whenever its task may begin. */
const answers = new Map<string, Found>();
const MOST_ANSWERS = 1000;

/** Name of the rule under which a command is destructive, with the line that is; null when it is not. */
export function destructive(command: string): Found {
  const known = answers.get(command);
  if (known !== undefined) return known;
  if (answers.size >= MOST_ANSWERS) answers.clear();
  const found = match(command);
  answers.set(command, found);
  return found;
}

function match(command: string): Found {
  for (const line of shellLines(command)) {
    if (deletesOutsideBuildFolders(line)) return { rule: 'recursive-delete', line };
    const lower = line.toLowerCase();
    const found = DESTRUCTIVE.find(
      ({ words, pattern }) =>
        (words === null || words.some((word) => lower.includes(firstOf(word)))) && pattern().test(line),
    );
    if (found !== undefined) return { rule: found.name, line };
  }
  return null;
}

/** The lines of a command as the shell joins them, without comments; a here-document's lines count too. */
export function shellLines(command: string): readonly string[] {
  return command
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^(?:\$|>|%)\s+/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
}
