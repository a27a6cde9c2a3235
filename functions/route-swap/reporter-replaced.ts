import { routerNamed } from '#failover/site.ts';
import type { ReportTrigger } from '#failover/trigger.ts';
import type { SwapPorts } from './ports.ts';
import type { Rejection } from './rejection.ts';
import { notTheReporter } from './signer.ts';

/** The look at the site showed that whoever signed is not the router any more. */
export class ReporterReplaced extends Error {
  readonly rejection: Rejection;

  constructor(reporter: string, attachedTo: string | undefined) {
    const rejection = notTheReporter(reporter, attachedTo ?? 'nobody: its interface is attached to no instance');
    super(rejection.says);
    this.rejection = rejection;
  }
}

/**
 * Tools whose look at EC2 also checks that the reporter is still the instance that signed: its interface may have moved
 * since EC2 was asked last, and a call before each report would cost time when every report has its look anyway.
 */
export function onlyFrom({ reporter, instance }: ReportTrigger, ports: SwapPorts): SwapPorts {
  const router = routerNamed(ports.site, reporter);
  if (router === undefined) return ports;
  return {
    ...ports,
    describeRouters: async (routers) => {
      const all = await ports.describeRouters(routers);
      const attachedTo = ports.attached.learn(router, all[reporter]);
      if (attachedTo !== instance) throw new ReporterReplaced(reporter, attachedTo);
      return all;
    },
  };
}
