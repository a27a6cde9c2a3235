/**
 * What runs in a function's process: loads the handler and asks the Lambda Runtime API for work, for ever.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * It imports nothing of the project, so that the function sees nothing that Lambda does not have.
 */
import { existsSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { enableCompileCache, flushCompileCache, type ResolveHookSync, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: unknown) => unknown;

const variable = (name: string): string => process.env[name] ?? '';
const [host, port] = variable('AWS_LAMBDA_RUNTIME_API').split(':');
// Not imported, as in Lambda's own runtime: an import loads undici, too (infra/builtins-without-import.ts).
const { Agent, request } = process.getBuiltinModule('node:http');
const agent = new Agent({ keepAlive: true });

function call(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<{ headers: IncomingHttpHeaders; body: string }> {
  const answer = Promise.withResolvers<{ headers: IncomingHttpHeaders; body: string }>();
  const url = `/2018-06-01/runtime/${path}`;
  const options = { host, port, agent, method, path: url, headers: { 'content-type': 'application/json', ...headers } };
  const ask = request(options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => answer.resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    response.on('error', answer.reject);
  });
  ask.on('error', answer.reject);
  ask.end(body);
  return answer.promise;
}

class ImportModuleError extends Error {
  override readonly name = 'Runtime.ImportModuleError';
}
class HandlerNotFound extends Error {
  override readonly name = 'Runtime.HandlerNotFound';
}

async function fail(path: string, error: unknown): Promise<void> {
  const described =
    error instanceof Error
      ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
      : { errorType: typeof error, errorMessage: String(error), trace: [] };
  process.stderr.write(`${JSON.stringify(described)}\n`);
  await call('POST', path, JSON.stringify(described), { 'lambda-runtime-function-error-type': described.errorType });
}

async function loadHandler(): Promise<Handler> {
  const name = variable('_HANDLER');
  const dot = name.lastIndexOf('.');
  const base = join(variable('LAMBDA_TASK_ROOT'), name.slice(0, dot));
  const file = ['.mjs', '.js', '.cjs'].map((end) => base + end).find((path) => existsSync(path));
  if (file === undefined) throw new ImportModuleError(`Error: Cannot find module '${name.slice(0, dot)}'`);
  const module = (await import(pathToFileURL(file).href + generation)) as Record<string, unknown>;
  const exported = module[name.slice(dot + 1)] ?? (module['default'] as Record<string, unknown>)?.[name.slice(dot + 1)];
  if (typeof exported !== 'function') throw new HandlerNotFound(`${name} is undefined or not exported`);
  return exported as Handler;
}

function contextOf(headers: IncomingHttpHeaders): Record<string, unknown> {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  return {
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: variable('AWS_LAMBDA_FUNCTION_VERSION'),
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

interface Start {
  readonly taskRoot: string;
  readonly variables: Readonly<Record<string, string>>;
}

let generations = 0;
/** Part of the URL of each file of the function: Node keeps what it has loaded, and loads a file again only from another URL. */
let generation = '';

/** As another function, or with other variables: nothing that was loaded before is used again. */
async function startOver({ taskRoot, variables }: Start): Promise<Handler> {
  if (generations === 0) registerHooks({ resolve: inGenerationOfParent });
  generations += 1;
  generation = `?generation=${generations}`;
  for (const name of Object.keys(process.env)) if (name !== 'AWS_LAMBDA_RUNTIME_API') delete process.env[name];
  Object.assign(process.env, variables);
  process.chdir(taskRoot);
  return loadHandler();
}

const inGenerationOfParent: ResolveHookSync = (specifier, context, nextResolve) => {
  const found = nextResolve(specifier, context);
  const [suffix] = /\?generation=\d+$/.exec(context.parentURL ?? '') ?? [];
  return suffix !== undefined && found.url.startsWith('file:') ? { ...found, url: found.url + suffix } : found;
};

async function serve(first: Handler): Promise<never> {
  let handler = first;
  for (;;) {
    const next = await call('GET', 'invocation/next');
    if (next.headers['emulator-start-over'] !== undefined) {
      handler = await startOver(JSON.parse(next.body) as Start).catch(failInit);
      continue;
    }
    const id = String(next.headers['lambda-runtime-aws-request-id']);
    process.env['_X_AMZN_TRACE_ID'] = String(next.headers['lambda-runtime-trace-id']);
    const run = async (): Promise<string> =>
      JSON.stringify(await handler(JSON.parse(next.body), contextOf(next.headers))) ?? 'null';
    const done = await run().then(
      (result) => () => call('POST', `invocation/${id}/response`, result),
      (error: unknown) => () => fail(`invocation/${id}/error`, error),
    );
    await done();
  }
}

// A runtime API that is gone means that the emulator is gone: no orphan stays behind.
const gone = (): never => process.exit(0);
const [, , compileCache] = process.argv;
if (compileCache !== undefined) enableCompileCache(compileCache);
const failInit = async (error: unknown): Promise<never> => {
  await fail('init/error', error).catch(gone);
  return process.exit(1);
};
const handler = await loadHandler().catch(failInit);
// Now, because the process ends by SIGKILL.
if (compileCache !== undefined) flushCompileCache();
await serve(handler).catch(gone);
