// Stands in for an agent's command line: reads its task from standard input and behaves as its first argument says.
// Arguments: behaviour, path of the bundled soloflow.
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const [behaviour, soloflow] = process.argv.slice(2);
const prompt = readFileSync(0, 'utf8');
writeFileSync('prompt.txt', prompt);
writeFileSync('pid.txt', String(process.pid));

async function connect() {
  const client = new Client({ name: 'stand-in', version: '1.0.0' });
  // As agents do with a file like this: the server it names, in an environment of its own.
  const { soloflow: server } = JSON.parse(readFileSync(process.env.SOLOFLOW_MCP, 'utf8')).mcpServers;
  const { SOLOFLOW_USER_DIR, PATH } = process.env;
  await client.connect(
    new StdioClientTransport({
      command: server.command,
      args: server.args,
      env: { ...server.env, SOLOFLOW_USER_DIR, PATH },
    }),
  );
  const call = async (name, input) => {
    const done = await client.callTool({ name, arguments: input });
    const text = done.content[0]?.text ?? '';
    return done.isError === true ? { refused: text } : JSON.parse(text);
  };
  return { call, close: () => client.close() };
}

switch (behaviour) {
  case 'honest': {
    const { call, close } = await connect();
    await call('report-progress', { item: 'Task 1.1', text: 'half way' });
    writeFileSync('greeting.txt', 'Moin\n');
    const handed = await call('complete-task', { item: 'Task 1.1', evidence: 'greeting.txt says Moin' });
    process.stdout.write(`handed in ${JSON.stringify(handed)}\n`);
    await close();
    break;
  }
  case 'lying':
    process.stdout.write('All done, everything is green!\n');
    break;
  case 'hanging':
    process.stdout.write('thinking\n');
    setInterval(() => {}, 1000);
    break;
  case 'flooding': {
    const line = `${'x'.repeat(1023)}\n`;
    for (let i = 0; i < 24 * 1024; i++)
      if (!process.stdout.write(line)) await new Promise((go) => process.stdout.once('drain', go));
    writeFileSync('greeting.txt', 'Moin\n');
    break;
  }
  case 'asking': {
    const { call, close } = await connect();
    const { text } = await call('ask-person', { item: 'Task 1.1', question: 'Which word?' });
    writeFileSync('greeting.txt', `${text}\n`);
    await close();
    break;
  }
  case 'approving': {
    const { call, close } = await connect();
    const asked = await call('approve', { tasks: 'Task-List-B-009-secret.md', all: true }).catch((error) => ({
      refused: String(error),
    }));
    await close();
    const typed = (...args) => spawnSync(process.execPath, [soloflow, ...args]).status;
    const approve = typed('approve', '--tasks', 'Task-List-B-009-secret.md', '--all');
    const answer = typed('answer', 'Task 1.1', 'done');
    writeFileSync('tried.json', JSON.stringify({ asked, approve, answer }));
    writeFileSync('greeting.txt', 'Moin\n');
    break;
  }
}
