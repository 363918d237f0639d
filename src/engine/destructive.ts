// The published list of destructive commands, as data: what cannot be taken back is asked about once per task.
// Matching is by the words of one shell line; it errs on the side of asking.

interface DestructiveRule {
  readonly name: string;
  readonly pattern: RegExp;
}

/** The start of a command word: line start, or after a shell separator, sudo, env, time, xargs. */
const AT = String.raw`(?:^(?:\w+=\S*\s+)*|[;&|({\`!]\s*(?:\w+=\S*\s+)*|\b(?:sudo|env|time|nohup|xargs|exec|then|do|else|if|eval)\s+(?:-\S+\s+|\w+=\S*\s+)*["']?|sh\s+-\w*c\s+["']|\s--\s)`;
const rule = (name: string, pattern: string, flags = ''): DestructiveRule => ({
  name,
  pattern: new RegExp(AT + pattern, flags),
});
const anywhere = (name: string, pattern: RegExp): DestructiveRule => ({ name, pattern });

const FORCE = String.raw`(?:\s[^;&|]*)?\s(?:--force\b(?!-with-lease=)|--force-with-lease\b|-[a-zA-Z]*f[a-zA-Z]*\b)`;

const DESTRUCTIVE: readonly DestructiveRule[] = [
  rule('git-force-push', String.raw`git\s+(?:-\S+\s+\S+\s+)*push${FORCE}`),
  rule('git-force-push', String.raw`git\s+push\s[^;&|]*\s\+[\w/.-]+`),
  rule('git-delete-remote', String.raw`git\s+push\s[^;&|]*(?:\s--delete\b|\s-d\b|\s:[\w/.-]+|--mirror\b|--prune\b)`),
  rule('git-reset-hard', String.raw`git\s+(?:-\S+\s+\S+\s+)*reset\s[^;&|]*--hard\b`),
  rule('git-clean', String.raw`git\s+(?:-\S+\s+\S+\s+)*clean\s[^;&|]*(?:-[a-zA-Z]*f|--force)`),
  rule('git-discard', String.raw`git\s+(?:checkout|restore)\s+(?:--\s+)?\.(?:\s|$)`),
  rule('git-branch-delete', String.raw`git\s+branch\s[^;&|]*-D\b`),
  rule('git-stash-drop', String.raw`git\s+stash\s+(?:drop|clear)\b`),
  rule('git-rewrite-history', String.raw`git\s+(?:filter-branch|filter-repo|reflog\s+expire|update-ref\s+-d)\b`),
  rule('find-delete', String.raw`find\s[^;&|]*\s(?:-delete\b|-exec\s+rm\b)`),
  rule('shred', String.raw`(?:shred|wipefs|srm)\s`),
  rule('truncate-file', String.raw`truncate\s[^;&|]*-s\s*0\b`),
  rule(
    'disk',
    String.raw`(?:dd\s[^;&|]*\bof=|mkfs(?:\.\w+)?\s|fdisk\s|parted\s|diskutil\s+(?:erase|partition)|format\s+[a-z]:)`,
    'i',
  ),
  anywhere('disk', />\s*\/dev\/(?:sd|nvme|disk|hd)\w*/),
  rule(
    'permissions',
    String.raw`(?:chmod|chown)\s[^;&|]*(?:-[a-zA-Z]*R|--recursive)[^;&|]*\s(?:\/|~|\$HOME|\.)(?:\s|$|\/\s|\/$)`,
  ),
  rule('permissions', String.raw`chmod\s[^;&|]*-[a-zA-Z]*R[^;&|]*\s0?777\b`),
  rule('pipe-to-shell', String.raw`(?:curl|wget)\s[^;&]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:ba|z|da|k|fi)?sh\b`),
  anywhere('pipe-to-shell', /\b(?:ba|z)?sh\s+(?:-c\s+["']?\$\(|<\()\s*(?:curl|wget)\b/),
  anywhere(
    'pipe-to-shell',
    /\b(?:iex|invoke-expression)\b.*\b(?:irm|iwr|invoke-webrequest|downloadstring)\b|\b(?:irm|iwr)\b.*\|\s*iex\b/i,
  ),
  anywhere('sql', /\bdrop\s+(?:table|database|schema|view|index|column|user|role|owned|materialized|type|function)\b/i),
  anywhere('sql', /\btruncate\s+(?:table\s+)?["'`\w.]+\s*(?:;|"|'|,|$|cascade|restart)/i),
  anywhere('sql', /\bdelete\s+from\s+["'`\w.]+\s*(?:;|"|'|$)/i),
  rule('database', String.raw`(?:dropdb|dropuser)\s`),
  rule('database', String.raw`redis-cli\s[^;&|]*\bflush(?:all|db)\b`, 'i'),
  anywhere('database', /\bdb\.(?:dropDatabase|\w+\.drop)\s*\(/),
  anywhere(
    'database',
    /\b(?:prisma\s+(?:migrate\s+reset|db\s+push\b.*--(?:force-reset|accept-data-loss))|db:(?:drop|reset|purge)|migrate:(?:fresh|reset|rollback)|(?:manage\.py|django-admin)\s+flush|sequelize\s+db:drop)\b/,
  ),
  rule(
    'infrastructure',
    String.raw`(?:terraform|tofu|terragrunt|cdktf)\s+(?:-\S+\s+)*(?:apply|destroy|state\s+rm|force-unlock|import|taint)\b`,
  ),
  rule('infrastructure', String.raw`pulumi\s+(?:up|destroy|cancel|stack\s+rm)\b`),
  rule('infrastructure', String.raw`cdk\s+(?:deploy|destroy)\b`),
  rule('infrastructure', String.raw`(?:serverless|sls|sam)\s+(?:deploy|remove|delete)\b`),
  rule('infrastructure', String.raw`ansible-playbook\s(?![^;&|]*--(?:check|syntax-check|list-))`),
  rule(
    'kubernetes',
    String.raw`(?:kubectl|oc|k)\s+(?:-\S+\s+\S+\s+)*(?:delete|drain|replace\s[^;&|]*--force|rollout\s+undo|scale\s[^;&|]*--replicas[= ]0)\b`,
  ),
  rule('kubernetes', String.raw`helm\s+(?:uninstall|delete|del|rollback)\b`),
  rule('docker', String.raw`(?:docker|podman)\s+(?:system|volume|image|container|network|builder)\s+prune\b`),
  rule('docker', String.raw`(?:docker|podman)\s+(?:volume\s+rm|rm\s[^;&|]*-[a-zA-Z]*f|rmi\s[^;&|]*-[a-zA-Z]*f)`),
  rule('docker', String.raw`(?:docker[ -]compose|podman-compose)\s[^;&|]*down\s[^;&|]*(?:-v\b|--volumes\b|--rmi\b)`),
  rule(
    'publish',
    String.raw`(?:npm|pnpm|yarn|bun)\s+(?:-\S+\s+(?:[^\s-]\S*\s+)?)*(?:npm\s+)?(?:publish|unpublish|deprecate)\b(?![^;&|]*--dry-run)`,
  ),
  rule(
    'publish',
    String.raw`(?:npx\s+)?(?:lerna|changeset|semantic-release|vsce|ovsx|np|release-it)\s*(?:publish\b|unpublish\b|$)(?![^;&|]*--dry-run)`,
  ),
  rule('publish', String.raw`cargo\s+(?:publish|yank)\b(?![^;&|]*--dry-run)`),
  rule(
    'publish',
    String.raw`(?:twine\s+upload|(?:poetry|uv|flit|hatch|pdm)\s+publish|gem\s+push|gem\s+yank|dotnet\s+nuget\s+(?:push|delete)|pod\s+trunk\s+push|mvn\s[^;&|]*\bdeploy\b|(?:\.\/)?gradlew?\s[^;&|]*\bpublish\w*|docker\s+push|goreleaser(?:\s+release)?(?=\s|$))(?![^;&|]*(?:--dry-run|--snapshot))`,
  ),
  rule(
    'release',
    String.raw`gh\s+(?:release\s+(?:create|delete|edit|upload)|repo\s+(?:delete|archive|rename)|pr\s+merge|secret\s+(?:set|delete|remove)|api\s[^;&|]*(?:-X|--method)[= ]?\s*(?:DELETE|PUT|PATCH|POST))\b`,
  ),
  rule('release', String.raw`glab\s+(?:release\s+(?:create|delete)|repo\s+delete|mr\s+merge)\b`),
  rule(
    'cloud',
    String.raw`aws\s+(?:-\S+\s+\S+\s+)*s3\s+(?:rm\s[^;&|]*--recursive|rb\b|sync\s[^;&|]*--delete|mv\s[^;&|]*--recursive)`,
  ),
  rule('cloud', String.raw`aws\s[^;&|]*\s(?:delete|terminate|remove|deregister|purge|destroy)-[\w-]+`),
  rule(
    'cloud',
    String.raw`(?:gcloud|az|doctl|heroku|flyctl|fly|vercel|netlify|railway|wrangler|firebase)\s[^;&|]*\b(?:delete|destroy|purge|remove|rm|deploy|apps:destroy|pg:reset|publish)\b`,
  ),
  rule('cloud', String.raw`(?:gsutil|rclone)\s[^;&|]*\b(?:rm|rb|purge|delete|sync)\b`),
  rule('cloud', String.raw`(?:vercel|netlify\s+deploy)\s[^;&|]*--prod\b`),
  rule('machine', String.raw`(?:shutdown|reboot|halt|poweroff|init\s+[06])\b`),
  rule('machine', String.raw`(?:killall|pkill)\s`),
  rule('machine', String.raw`kill\s+(?:-\S+\s+)*-1\b`),
  rule('machine', String.raw`(?:crontab\s+-r|userdel\s|systemctl\s+(?:stop|disable|mask)\s|iptables\s+-F)`),
  anywhere('fork-bomb', /:\s*\(\s*\)\s*\{.*:\s*\|\s*:/),
  rule('rsync-delete', String.raw`rsync\s[^;&|]*--delete`),
  rule('windows-delete', String.raw`(?:rd|rmdir)\s+\/s\b`, 'i'),
  rule('windows-delete', String.raw`del\s+(?:\/\w\s+)*\/[sfq]\b`, 'i'),
  rule('windows-delete', String.raw`remove-item\s[^;&|]*-recurse\b`, 'i'),
];

/** Folders that builds make and that may be deleted without asking. */
const BUILD_FOLDERS: readonly string[] = (
  'dist build out target coverage node_modules .next .nuxt .turbo .cache .parcel-cache .pytest_cache .mypy_cache ' +
  '.ruff_cache __pycache__ .tox .venv venv .gradle .vscode-test tmp temp .tmp .nyc_output storybook-static _site ' +
  '.svelte-kit .output bin obj'
).split(' ');

const RM = new RegExp(String.raw`${AT}(?:command\s+|\\)?rm\s+([^;&|]*)`, 'g');

/** Does this line delete recursively anything but a build folder inside the workspace? */
function deletesOutsideBuildFolders(line: string): boolean {
  for (const match of line.matchAll(RM)) {
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
    const found = DESTRUCTIVE.find(({ pattern }) => pattern.test(line));
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
