// What an agent may read without calling anything: the plan, the open run, a task, the hand-over.
import { ResourceTemplate, type McpServer } from '@modelcontextprotocol/server';
import { toListJson } from '../workflow/list-json';
import { toRunOutput } from '../workflow/run-output';
import { taskContext } from '../workflow/task-context';
import { describeFailure } from '../workflow/words/failure-words';
import { english } from '../workflow/words/translate';
import { plainJson, plainText } from './plain-text';
import type { At } from './at';

export function registerResources(server: McpServer, at: At): void {
  const json = (uri: URL, value: unknown) => ({
    contents: [{ uri: uri.href, mimeType: 'application/json', text: plainJson(value, 1) }],
  });
  server.registerResource(
    'plan',
    'soloflow://plan',
    { title: 'Plan', description: 'Every plan document with its items and problems', mimeType: 'application/json' },
    async (uri) => json(uri, toListJson((await at()).plan.snapshot(), {})),
  );
  server.registerResource(
    'run',
    'soloflow://run',
    {
      title: 'Open runs',
      description: 'Runs with their tasks and what waits for a person',
      mimeType: 'application/json',
    },
    async (uri) => {
      const workspace = await at();
      return json(uri, { runs: workspace.engine.runs(5).map((view) => toRunOutput(view, workspace)) });
    },
  );
  server.registerResource(
    'handover',
    'soloflow://handover',
    {
      title: 'Hand-over',
      description: 'Done with evidence, open, waiting, decisions, next',
      mimeType: 'text/markdown',
    },
    async (uri) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'text/markdown',
          text: plainText((await at()).memory?.handover() ?? 'No record is kept here.'),
        },
      ],
    }),
  );
  const tasks = new ResourceTemplate('soloflow://task/{id}', { list: undefined });
  server.registerResource(
    'task',
    tasks,
    { title: 'Task', description: 'One task with its context', mimeType: 'application/json' },
    async (uri, { id }) => {
      const workspace = await at();
      const found = workspace.plan.find(decodeURIComponent(String(id)));
      return json(
        uri,
        found.ok ? taskContext(workspace, found.value) : { error: describeFailure(found.error, english) },
      );
    },
  );
}
