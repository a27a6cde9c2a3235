import { createHash } from 'node:crypto';
import type { Construct } from 'constructs';
import { APPLY_STEP_S, INSTALL_STEP_S, SHOW_STEP_S } from '#functions/config-push/limits/router-times.ts';
import { LONGEST_PUSH_FILE } from '#functions/config-push/router/push-file.ts';
import { type CommandDocument, commandContent, commandDocument } from './command-document.ts';
import { nameWithin } from './names.ts';
import { quotedProgram, routerProgram } from './router-program.ts';

/**
 * A document whose name ends in its content's hash: another content is another document, and version 1 of this one can
 * never become anything else. config-push asks for version 1.
 */
function pinned(scope: Construct, id: string, document: CommandDocument): string {
  const content = JSON.stringify(commandContent(document));
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const name = nameWithin(document.name, hash);
  commandDocument(scope, id, { ...document, name }, 'Replace');
  return name;
}

/** Read-only, and without parameters: nothing to inject. @returns its name */
export function showConfigDocument(scope: Construct, name: string): string {
  return pinned(scope, 'ShowConfigDocument', {
    name,
    description: 'Prints the configuration that vyos-failover manages, without its secrets',
    step: { name: 'ShowConfig', timeoutSeconds: SHOW_STEP_S, script: routerProgram('show-config') },
  });
}

/**
 * Read-only, and without parameters: each neighbor on its own, where the probe only counts them. The program is contained
 * in the document. @returns its name
 */
export function listNeighborsDocument(scope: Construct, name: string): string {
  return pinned(scope, 'ListNeighborsDocument', {
    name,
    description: "Prints the router's BGP neighbors as JSON, one by one",
    step: {
      name: 'ListNeighbors',
      timeoutSeconds: 15,
      script: [`/usr/bin/python3 -IS -c ${quotedProgram('list-neighbors')}`],
    },
  });
}

/** The only document that changes a router. @returns its name */
export function applyConfigDocument(scope: Construct, name: string): string {
  return pinned(scope, 'ApplyConfigDocument', {
    name,
    description: 'Applies, confirms or undoes a configuration; what is not confirmed is undone by a timer',
    parameters: {
      Action: text('What to do', '^(apply|confirm|undo)$'),
      Push: text('Name of the attempt', '^[0-9a-f-]{8,64}$'),
      Base: text('SHA-256 of the configuration that was compared', '^(-|[0-9a-f]{64})$'),
      Sha256: text('SHA-256 of the file', '^(-|[0-9a-f]{64})$'),
      File: { ...text('Commands, as gzip in base64', '^(-|[A-Za-z0-9+/]+={0,2})$'), maxChars: LONGEST_PUSH_FILE },
      UndoAfter: text('Seconds until an unconfirmed configuration is undone', '^[0-9]{1,4}$'),
    },
    step: { name: 'ApplyConfig', timeoutSeconds: APPLY_STEP_S, script: routerProgram('apply-config') },
  });
}

/**
 * Installs programs on a router, and changes no configuration. Its parameters are in the text of the script, which also an SSM agent
 * runs that is older than 3.3.2746.0: these values contain nothing that a shell reads.
 *
 * @param of `parameters`: what the names of the boot parameters begin with; `routers`: those that it can be run on
 * @returns its name
 */
export function installBundleDocument(
  scope: Construct,
  name: string,
  { parameters, routers }: { readonly parameters: string; readonly routers: readonly string[] },
): string {
  const values = [`PARAMETER='${parameters}{{ Router }}'`, "ACTION='{{ Action }}'", "ATTEMPT='{{ Attempt }}'"];
  const [shebang = '', ...program] = routerProgram('install-bundle');
  return pinned(scope, 'InstallBundleDocument', {
    name,
    description: 'Installs the bundle that the boot parameter of the router names, after its SHA-256 is verified',
    parameters: {
      Router: { type: 'String', description: 'Name of the router', allowedValues: routers },
      Action: { type: 'String', description: 'What to do', allowedValues: ['show', 'install'] },
      Attempt: { type: 'String', description: 'Name of the attempt', allowedPattern: '^[0-9a-f-]{8,64}$' },
    },
    step: { name: 'InstallBundle', timeoutSeconds: INSTALL_STEP_S, script: [shebang, ...values, ...program] },
  });
}

/** In a variable of the script and never in its text: `interpolationType`, SSM agent 3.3.2746.0 or later. */
function text(description: string, allowedPattern: string) {
  return { type: 'String', description, allowedPattern, interpolationType: 'ENV_VAR' };
}
