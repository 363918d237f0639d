// Which questions stand before a task: rules as data, published and of the workspace. Pure; who asks is before.ts.
import type { Config, PauseRule } from '../model/config';
import type { TaskSpec } from '../model/run';
import { destructive, shellLines } from './destructive';

/** Words of a task that touches a database's structure or data. */
const DATABASE_TASK =
  /\b(?:database|db|schema|sql|data)[ -]?migrations?\b|\bmigrat(?:e|es|ing|ion)s?\b.*\b(?:database|db|schema|table|postgres\w*|mysql|sqlite)\b|\b(?:database|db)\s+(?:setup|upgrade|restore|seed)\b/i;
const DATABASE_TYPE = /^(?:database|db|migration|data-migration|schema)$/i;
const DATABASE_COMMAND =
  /\b(?:alembic\s+(?:upgrade|downgrade)|prisma\s+(?:migrate|db\s+push)|knex\s+migrate|typeorm\s+(?:migration:run|schema:sync)|sequelize\s+db:migrate|flyway\s+(?:migrate|clean)|liquibase\s+update|(?:rails|rake)\s+db:|manage\.py\s+migrate|drizzle-kit\s+(?:push|migrate)|pg_restore|mongorestore|dbmate\s+(?:up|down)|goose\s+(?:up|down)|atlas\s+migrate\s+apply)\b|\bpsql\s[^;&|]*(?:\s-f\b|<)|\bmysql\s[^;&|]*</i;

const DEPLOY_TASK =
  /\b(?:deploy(?:s|ed|ing|ment|ments)?|go[- ]live|roll(?:out| out)|release to production|promote to (?:production|staging)|ship to production)\b/i;
const DEPLOY_TYPE = /^(?:deployment|deploy|release|infrastructure|infra)$/i;
const DEPLOY_COMMAND =
  /\b(?:kubectl\s+(?:apply|set|rollout)|helm\s+(?:install|upgrade)|terraform\s+apply|pulumi\s+up|cdk\s+deploy|serverless\s+deploy|fly\s+deploy|vercel(?:\s+deploy|\s+--prod)|netlify\s+deploy|firebase\s+deploy|wrangler\s+(?:deploy|publish)|gcloud\s+\w+\s+deploy|eb\s+deploy|cap\s+\w+\s+deploy|git\s+push\s+(?:heroku|dokku|production)|docker\s+stack\s+deploy|(?:npm|pnpm|yarn|make|just|task)\s+(?:run\s+)?[\w:-]*deploy[\w:-]*)\b/i;

/** Is this a step that changes a database or puts something into service? Written type, title and commands say so. */
export function sensitivity(spec: TaskSpec): 'database' | 'deployment' | null {
  const type = spec.type ?? '';
  const lines = spec.commands.flatMap(shellLines);
  if (DATABASE_TYPE.test(type) || lines.some((line) => DATABASE_COMMAND.test(line))) return 'database';
  if (DEPLOY_TYPE.test(type) || lines.some((line) => DEPLOY_COMMAND.test(line))) return 'deployment';
  if (DATABASE_TASK.test(spec.title)) return 'database';
  // "Document the deployment" deploys nothing.
  if (DEPLOY_TASK.test(spec.title) && !/\b(?:document|docs?|guide|plan|design|test|review|write)\b/i.test(spec.title)) {
    return 'deployment';
  }
  return null;
}

/** Which of these commands cannot be taken back, each with the rule that says so. */
export function destructiveCommands(
  commands: readonly string[],
): readonly { readonly command: string; readonly rule: string }[] {
  return commands.flatMap((command) => {
    const found = destructive(command);
    return found === null ? [] : [{ command: found.line, rule: found.rule }];
  });
}

const SECRET =
  /(?:TOKEN|SECRET|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIALS?|_KEY|_PAT|AUTH|DATABASE_URL|DSN)$/;

/** Environment variables that look like credentials, are named by the commands, set nowhere in them, and unset here. */
export function missingCredentials(
  commands: readonly string[],
  env: (name: string) => string | undefined,
): readonly string[] {
  const missing = new Set<string>();
  for (const line of commands.flatMap(shellLines)) {
    for (const match of line.matchAll(
      /(?<!\\)\$(?:\{([A-Z_][A-Z0-9_]*)(:?[-=+])?|([A-Z_][A-Z0-9_]*))|%([A-Z_][A-Z0-9_]*)%|\$env:([A-Z_][A-Z0-9_]*)/g,
    )) {
      const name = match[1] ?? match[3] ?? match[4] ?? match[5] ?? '';
      // ${X:-default} has its own answer.
      if (match[2] !== undefined || !SECRET.test(name)) continue;
      if ((env(name) ?? '') === '' && !assigns(commands, name)) missing.add(name);
    }
  }
  return [...missing];
}
const assigns = (commands: readonly string[], name: string): boolean =>
  commands.some((command) => new RegExp(String.raw`(?:^|[\s;&|(])(?:export\s+|set\s+)?${name}=`, 'm').test(command));

/** The workspace's own rules that speak of this task. A rule without any condition speaks of every task. */
export function matchingRules(spec: TaskSpec, config: Config): readonly PauseRule[] {
  return config.pauseRules.filter((rule) => {
    const command = pattern(rule.command);
    const task = pattern(rule.task);
    if (command !== null && !spec.commands.flatMap(shellLines).some((line) => command.test(line))) return false;
    if (task !== null && !task.test(spec.title) && !task.test(spec.type ?? '')) return false;
    const priority = spec.priority?.toLowerCase() ?? '';
    return rule.priority === undefined || rule.priority.some((wanted) => priority.includes(wanted.toLowerCase()));
  });
}

const compiled = new Map<string, RegExp | null>();
/** null: no condition. An expression that does not compile matches everything: rather asked than missed. */
function pattern(source: string | undefined): RegExp | null {
  if (source === undefined) return null;
  const known = compiled.get(source);
  if (known !== undefined) return known;
  let made: RegExp;
  try {
    made = new RegExp(source, 'i');
  } catch {
    made = /(?:)/;
  }
  compiled.set(source, made);
  return made;
}
