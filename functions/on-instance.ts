import type { CommandEnd } from '#aws/run-command.ts';
import type { ManagedRouter } from '#failover/site.ts';
import type { AttachedInstances, AttachmentPorts } from './attached-instances.ts';

/** How a command on a router ended, and on which instance. `instance` undefined: the topology's, or none was asked. */
export type RouterAnswer = CommandEnd & { readonly instance?: string };

/** What finding the instance requires. */
export interface InstancePorts extends AttachmentPorts {
  /** ms since the epoch. */
  readonly now: () => number;
  readonly attached: AttachedInstances;
}

/**
 * Runs a command on the instance that a router is now. The search for the instance is part of the command's time.
 *
 * @param deadlineMs for both, ms
 */
export async function onInstance(
  router: ManagedRouter,
  deadlineMs: number,
  ports: InstancePorts,
  run: (instance: string, leftMs: number) => Promise<CommandEnd>,
): Promise<RouterAnswer> {
  const began = ports.now();
  const instance = await ports.attached.forCommand(router, ports);
  if (instance === undefined) {
    const why = `EC2 reports no instance that is attached to its interface ${router.eni}`;
    return { kind: 'silent', why, neverRan: true };
  }
  return { ...(await run(instance, deadlineMs - (ports.now() - began))), instance };
}
