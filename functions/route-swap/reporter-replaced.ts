import { routerNamed } from '#failover/site.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import type { Rejection } from '#functions/rejection.ts';
import type { SwapPorts } from './ports.ts';
import { notTheReporter } from './signer.ts';

/** The observation showed that the instance that signed is no longer attached to the reporter's interface. */
export class ReporterReplaced extends Error {
  readonly rejection: Rejection;

  constructor(reporter: string, attachedTo: string | undefined) {
    const rejection = notTheReporter(reporter, attachedTo ?? 'none: the interface is attached to no instance');
    super(rejection.says);
    this.rejection = rejection;
  }
}

/**
 * Ports whose `describeRouters` also checks that the instance that signed is still attached to the reporter's interface, which
 * may have moved since the last call. A separate call before each report would delay it.
 */
export function onlyFrom({ reporter, instance }: ReportTrigger, ports: SwapPorts): SwapPorts {
  const router = routerNamed(ports.site, reporter);
  if (router === undefined) return ports;
  return {
    ...ports,
    describeRouters: async (routers) => {
      const all = await ports.describeRouters(routers);
      const attachedTo = ports.attached.of(router);
      if (attachedTo !== instance) throw new ReporterReplaced(reporter, attachedTo);
      return all;
    },
  };
}
