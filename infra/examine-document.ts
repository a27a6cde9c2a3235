import type { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { Site, Topology } from '#topology/topology.ts';
import { detectorsOn } from '#vyos/detectors.ts';
import { routerSecrets } from '#vyos/router-secrets.ts';
import { commandDocument } from './command-document.ts';
import { routerProgram } from './router-program.ts';

/** `router/examine.d/keys.py` examines no more. */
const MOST_KEYS = 40;

/**
 * What `doctor` reads on a router: one read-only command. The names of the keys are in the document, so that a caller can only choose the
 * router.
 */
export function examineDocument(scope: Construct, name: string, topology: Topology, site: Site): CfnDocument {
  const routers = [site.routers.active.name, site.routers.standby.name];
  const [shebang = '', ...program] = routerProgram('examine');
  const cases = routers.map(
    (router) => `${router}) export EXPECTED='${JSON.stringify(expectedOf(topology, router))}' ;;`,
  );
  return commandDocument(scope, 'ExamineDocument', {
    name,
    description: 'Prints the state of the clock, report path, keys, programs and disk of a router as JSON',
    parameters: { Router: { type: 'String', description: 'Name of the router', allowedValues: routers } },
    step: {
      name: 'Examine',
      timeoutSeconds: 20,
      script: [shebang, "case '{{ Router }}' in", ...cases, 'esac', ...program],
    },
  });
}

/** The keys and the systemd units that a router must have. */
function expectedOf(topology: Topology, router: string) {
  const secrets = routerSecrets(topology, router).slice(0, MOST_KEYS);
  const detectors = detectorsOn(topology, router);
  return {
    keys: Object.fromEntries(secrets.map(({ name, use }) => [name, use])),
    units: [
      'vyos-failover-reconcile.service',
      ...(detectors.includes('bfd') ? ['vyos-failover-watch-bfd.service'] : []),
      ...(detectors.includes('serf') ? ['vyos-failover-serf.service'] : []),
    ],
  };
}
