// The three checklists of the guide, each point judged from facts: ok, missing, or unknown where nothing has happened yet.
import type { Item } from '../../model/plan';
import type { RunEvent } from '../../model/run-event';
import type { Facts } from './facts';

type Verdict = 'ok' | 'missing' | 'unknown';

interface Judged {
  readonly status: Verdict;
  /** What shows it, with figures. */
  readonly evidence: string;
}
export interface Point extends Judged {
  readonly point: string;
}
export interface Checklist {
  readonly name: string;
  readonly points: readonly Point[];
}

type Judge = (facts: Facts) => Judged;

const CHECKLISTS: readonly { readonly name: string; readonly points: readonly (readonly [string, Judge])[] }[] = [
  {
    name: 'Task Execution',
    points: [
      ['Context preserved and restored', contextPreserved],
      ['Quality gates configured and validated', gatesValidated],
      ['State management working properly', stateWorks],
      ['Error handling implemented', errorsHandled],
      ['Progress tracking active', progressTracked],
      ['Integration with planning systems', planningConnected],
      ['Documentation updated', documentsUpdated],
    ],
  },
  {
    name: 'Workflow Management',
    points: [
      ['Workflow orchestration configured', orchestrated],
      ['State persistence working', statePersists],
      ['Recovery mechanisms in place', recovers],
      ['Monitoring and alerting active', monitored],
      ['Integration with memory systems', memoryConnected],
      ['Quality validation automated', validationAutomated],
      ['Performance optimized', quick],
    ],
  },
  {
    name: 'Solo Development',
    points: [
      ['One-command operations working', oneCommand],
      ['Auto-advance configured properly', autoAdvances],
      ['Smart pausing implemented', pausesSmartly],
      ['Context awareness active', contextAware],
      ['Error recovery working', recoversFromErrors],
      ['State management reliable', stateReliable],
      ['Integration seamless', seamless],
    ],
  },
];

export function judgeChecklists(facts: Facts): readonly Checklist[] {
  return CHECKLISTS.map(({ name, points }) => ({
    name,
    points: points.map(([point, judge]) => ({ point, ...judge(facts) })),
  }));
}

const ok = (evidence: string): Judged => ({ status: 'ok', evidence });
const missing = (evidence: string): Judged => ({ status: 'missing', evidence });
const unknown = (evidence: string): Judged => ({ status: 'unknown', evidence });
const NO_RUN = 'nothing has run here yet';

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { readonly type: T }>;
const ofType = <T extends RunEvent['type']>(facts: Facts, type: T): readonly EventOf<T>[] =>
  facts.events.filter((event): event is EventOf<T> => event.type === type);

const TASKS: ReadonlySet<Item['kind']> = new Set(['task', 'subtask', 'hotfix', 'plan-item']);
const tasksOf = (facts: Facts): readonly Item[] =>
  [...facts.snapshot.items.values()].filter(({ kind }) => TASKS.has(kind));

function contextPreserved({ runs, kept }: Facts): Judged {
  if (runs.length === 0) return unknown(NO_RUN);
  if (kept.begun === 0) return unknown('the latest run has begun no task yet');
  const found = `${kept.moments} moments kept for ${kept.tasks} of ${kept.begun} begun tasks of the latest run`;
  return kept.tasks === kept.begun ? ok(found) : missing(found);
}

function gatesValidated(facts: Facts): Judged {
  const tasks = tasksOf(facts);
  const gated = tasks.filter((task) => task.gates.length + task.tests.length + task.criteria.length > 0).length;
  const general = Object.keys(facts.config.gates).length;
  const results = ofType(facts, 'gate-result');
  const configured = `${gated} of ${tasks.length} tasks name gates, ${general} task types have them in the config`;
  if (gated === 0 && general === 0) return missing(configured);
  if (results.length === 0) return unknown(`${configured}; none has run yet`);
  const passed = results.filter(({ result }) => result.status === 'pass').length;
  return ok(`${configured}; ${results.length} results, ${passed} passed`);
}

function stateWorks({ care }: Facts): Judged {
  if (care === null) return missing('there is no record here');
  const wrong = [...care].filter(([, { status }]) => status === 'error');
  return wrong.length === 0
    ? ok(`${care.size} checks of the record, no error`)
    : missing(wrong.map(([check, { detail }]) => `${check}: ${detail}`).join('; '));
}

function errorsHandled(facts: Facts): Judged {
  const failed = ofType(facts, 'task-failed');
  const settings = `hot fixes: ${facts.config.run.hotfix}`;
  if (facts.runs.length === 0) return unknown(`${NO_RUN} (${settings})`);
  if (failed.length === 0) return unknown(`no task has failed yet (${settings})`);
  const answered = failed.filter((failure) => facts.events.some((event) => answers(event, failure)));
  const found = `${answered.length} of ${failed.length} failures were retried, repaired, skipped or asked about`;
  return answered.length === failed.length ? ok(found) : missing(found);
}

/** Is this event what became of that failure? */
function answers(event: RunEvent, failure: EventOf<'task-failed'>): boolean {
  if (event.runId !== failure.runId || event.at < failure.at) return false;
  switch (event.type) {
    case 'hotfix-created':
      return event.spec.repairs === failure.taskKey;
    case 'pause-opened':
      return event.pause.taskKey === failure.taskKey || event.pause.taskKey === null;
    case 'retry-scheduled':
    case 'task-skipped':
    case 'task-ready':
      return event.taskKey === failure.taskKey;
    default:
      return false;
  }
}

function progressTracked({ runs, snapshot }: Facts): Judged {
  if (runs.length === 0) return unknown(NO_RUN);
  const succeeded = new Set(
    runs.flatMap(({ tasks }) => tasks.filter(({ state }) => state === 'succeeded').map(({ taskKey }) => taskKey)),
  );
  const standing = [...succeeded].flatMap((key) => snapshot.items.get(key) ?? []);
  if (standing.length === 0) return unknown('no task has succeeded yet');
  const done = standing.filter(({ status }) => status === 'done').length;
  const found = `${done} of ${standing.length} tasks that succeeded are marked done in their documents`;
  return done === standing.length ? ok(found) : missing(found);
}

function planningConnected({ snapshot }: Facts): Judged {
  const backlogs = snapshot.documents.filter(({ kind }) => kind === 'backlog');
  if (backlogs.length === 0) return missing('there is no backlog');
  const ids = new Set(
    [...snapshot.items.values()].filter(({ kind }) => kind === 'backlog-item').map((each) => each.normalId),
  );
  const others = snapshot.documents.filter(({ kind }) => kind === 'prd' || kind === 'tasks');
  const linked = others.filter(({ belongsTo }) => belongsTo !== null && ids.has(belongsTo));
  const found = `${linked.length} of ${others.length} PRDs and task lists belong to a backlog item`;
  if (others.length === 0) return unknown('there are no PRDs and task lists yet');
  return linked.length > 0 ? ok(found) : missing(found);
}

function documentsUpdated(facts: Facts): Judged {
  const queued = new Set(ofType(facts, 'edit-queued').map(({ editId }) => editId));
  const applied = new Set(ofType(facts, 'edit-applied').map(({ editId }) => editId));
  if (queued.size === 0) return unknown('no run has changed a document yet');
  const done = [...queued].filter((id) => applied.has(id)).length;
  const found = `${done} of ${queued.size} changes of documents are written`;
  return done === queued.size ? ok(found) : missing(found);
}

function orchestrated({ snapshot, config }: Facts): Judged {
  const cycles = snapshot.problems.filter(({ code }) => code === 'dependency-cycle');
  if (snapshot.items.size === 0) return missing('there is no plan');
  if (cycles.length > 0)
    return missing(cycles.map(({ path, line, message }) => `${path}:${line} ${message}`).join('; '));
  const edges = [...snapshot.needs.values()].reduce((sum, each) => sum + each.length, 0);
  return ok(`${snapshot.items.size} items, ${edges} dependencies without a cycle, ${config.run.concurrency} at once`);
}

function statePersists({ care }: Facts): Judged {
  if (care === null) return missing('there is no record here');
  const found = ['folder', 'integrity', 'journal-mode'].flatMap((check) => {
    const each = care.get(check);
    return each === undefined ? [] : [{ check, ...each }];
  });
  const wrong = found.filter(({ status }) => status !== 'ok');
  const shown = (wrong.length > 0 ? wrong : found).map(({ check, detail }) => `${check}: ${detail}`).join('; ');
  return wrong.length > 0 ? missing(shown) : ok(shown);
}

function recovers(facts: Facts): Judged {
  if (facts.care === null) return missing('there is no record here: nothing could go on after an interruption');
  const recovered = facts.events.filter(({ type, actor }) => type === 'attempt-adopted' || actor === 'recovery').length;
  const open = `${facts.continuations} runs can be continued`;
  return recovered > 0
    ? ok(`${recovered} events of recovery after an interruption; ${open}`)
    : unknown(`nothing was interrupted yet; ${open}`);
}

function monitored({ stale, runs }: Facts): Judged {
  const waiting = runs.flatMap(({ pauses }) => pauses.filter(({ answer }) => answer === null));
  if (stale.length > 0) return missing(`untouched for a week although in progress: ${stale.join(', ')}`);
  if (runs.length === 0) return unknown(`${NO_RUN}; nothing in progress is stale`);
  return ok(`nothing in progress is stale; ${waiting.length} questions wait for a person`);
}

function memoryConnected({ memories }: Facts): Judged {
  if (memories === null) return missing('there is no memory here');
  return memories > 0 ? ok(`${memories} memories`) : unknown('nothing is remembered yet');
}

function validationAutomated({ runs }: Facts): Judged {
  const succeeded = runs.flatMap(({ tasks }) => tasks.filter(({ state }) => state === 'succeeded'));
  if (succeeded.length === 0) return unknown('no task has succeeded yet');
  const verified = succeeded.filter(({ verification }) => verification === 'verified').length;
  const found = `${verified} of ${succeeded.length} finished tasks were verified by gates`;
  return verified === succeeded.length ? ok(found) : missing(found);
}

/** Ready tasks begin soon: what a machine adds to the work itself. */
const SOON_MS = 2000;

function quick(facts: Facts): Judged {
  const ready = new Map<string, number>();
  const waits: number[] = [];
  for (const event of facts.events) {
    if (event.type === 'task-ready') ready.set(`${event.runId} ${event.taskKey}`, event.at);
    if (event.type !== 'attempt-started') continue;
    const since = ready.get(`${event.runId} ${event.taskKey}`);
    if (since !== undefined) waits.push(event.at - since);
    ready.delete(`${event.runId} ${event.taskKey}`);
  }
  const middle = waits.sort((a, b) => a - b)[Math.floor(waits.length / 2)];
  if (middle === undefined) return unknown('no command has been started yet');
  const found = `a ready task begins after ${middle} ms (median of ${waits.length})`;
  return middle <= SOON_MS ? ok(found) : missing(found);
}

/** Where a start or a ship stands only while it works, or when it was ended there. */
const CUT_OFF: ReadonlySet<string> = new Set(['documents', 'run']);

function oneCommand({ stages }: Facts): Judged {
  const kinds = (kind: string): number => stages.filter((stage) => stage.kind === kind).length;
  if (stages.length === 0) return unknown('neither start nor ship was used yet');
  const cut = stages.filter(({ status }) => CUT_OFF.has(status));
  if (cut.length > 0)
    return missing(
      `${cut.map(({ kind, status }) => `${kind} was cut off at ${status}`).join(', ')}: soloflow continue`,
    );
  return ok(`start ${kinds('start')} times, ship ${kinds('ship')} times; latest stands at ${stages[0]?.status ?? ''}`);
}

function autoAdvances(facts: Facts): Judged {
  const tasks = tasksOf(facts);
  if (tasks.length === 0) return missing('there are no tasks');
  const said = tasks.filter(({ autoAdvance }) => autoAdvance !== null).length;
  const runs = facts.runs.filter(({ run }) => run.options.autoAdvance).length;
  const found = `${said} of ${tasks.length} tasks say whether to advance, ${runs} of ${facts.runs.length} runs advanced by themselves`;
  return said > 0 || runs > 0 ? ok(found) : missing(found);
}

function pausesSmartly(facts: Facts): Judged {
  if (facts.runs.length === 0) return unknown(NO_RUN);
  const without = facts.runs.filter(({ run }) => !run.options.smartPause).length;
  const opened = ofType(facts, 'pause-opened').length;
  const found = `${opened} pauses opened, ${facts.config.pauseRules.length} rules of this workspace, ${without} runs without smart pause`;
  return without === facts.runs.length ? missing(found) : ok(found);
}

function contextAware(facts: Facts): Judged {
  const answered = ofType(facts, 'pause-answered');
  const withText = answered.filter(({ answer }) => answer.text !== null).length;
  const found = `${facts.kept.moments} kept moments, ${answered.length} answers, ${withText} of them with words`;
  if (facts.runs.length === 0) return unknown(NO_RUN);
  return facts.kept.moments + withText > 0 ? ok(found) : missing(found);
}

function recoversFromErrors(facts: Facts): Judged {
  const failed = new Set(
    facts.events.flatMap((event) =>
      event.type === 'task-failed' || event.type === 'retry-scheduled' ? [`${event.runId} ${event.taskKey}`] : [],
    ),
  );
  if (failed.size === 0) return unknown('nothing has failed yet');
  const states = new Map<string, string>(
    facts.runs.flatMap(({ tasks }) =>
      tasks.map(({ runId, taskKey, state }) => [`${runId} ${taskKey}`, state] as const),
    ),
  );
  const well = [...failed].filter((key) => states.get(key) === 'succeeded').length;
  const found = `${well} of ${failed.size} tasks that failed succeeded later`;
  return well > 0 ? ok(found) : missing(found);
}

function stateReliable({ care }: Facts): Judged {
  if (care === null) return missing('there is no record here');
  const looked = ['event-chain', 'state', 'open-attempts'].flatMap((check) => {
    const each = care.get(check);
    return each === undefined ? [] : [{ check, ...each }];
  });
  const shown = looked.map(({ check, detail }) => `${check}: ${detail}`).join('; ');
  return looked.length > 0 && looked.every(({ status }) => status === 'ok') ? ok(shown) : missing(shown);
}

function seamless({ inRepository, branch, snapshot }: Facts): Judged {
  if (!inRepository) return missing('no git repository around this folder');
  const errors = snapshot.problems.filter(({ severity }) => severity === 'error').length;
  const found = `git: ${branch ?? 'detached head'}; ${snapshot.documents.length} documents, ${errors} errors in them`;
  return errors === 0 && branch !== null ? ok(found) : missing(found);
}
