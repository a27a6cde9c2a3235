import type { AddCommand } from '../cli.ts';
import { acknowledge } from './acknowledge.ts';
import { addresses } from './addresses.ts';
import { changes } from './changes.ts';
import { completion } from './completion.ts';
import { configDiff } from './config-diff.ts';
import { configPush } from './config-push.ts';
import { configRender } from './config-render.ts';
import { connectivity } from './connectivity.ts';
import { cost } from './cost.ts';
import { destroy } from './destroy.ts';
import { doctor } from './doctor.ts';
import { drill } from './drill.ts';
import { emulate } from './emulate.ts';
import { explain } from './explain.ts';
import { failback } from './failback.ts';
import { history } from './history.ts';
import { init } from './init.ts';
import { maintenance } from './maintenance.ts';
import { pause } from './pause.ts';
import { plan } from './plan.ts';
import { report } from './report.ts';
import { resume } from './resume.ts';
import { rollout } from './rollout.ts';
import { routeLatency } from './route-latency.ts';
import { routerBundleCommand } from './router-bundle.ts';
import { routerInstall } from './router-install.ts';
import { secretsCheck } from './secrets-check.ts';
import { secretsCreate } from './secrets-create.ts';
import { status } from './status.ts';
import { switchover } from './switchover.ts';
import { topologyGraph } from './topology-graph.ts';
import { topologySecurityGroups } from './topology-security-groups.ts';
import { topologyValidate } from './topology-validate.ts';
import { ui } from './ui.ts';
import { upgrade } from './upgrade.ts';

/** Every command, in the order of the help. */
export const commands: readonly AddCommand[] = [
  status,
  explain,
  history,
  report,
  plan,
  connectivity,
  routeLatency,
  ui,
  doctor,
  switchover,
  failback,
  pause,
  resume,
  acknowledge,
  maintenance,
  drill,
  upgrade,
  destroy,
  init,
  topologyValidate,
  topologyGraph,
  topologySecurityGroups,
  cost,
  changes,
  rollout,
  addresses,
  configRender,
  configDiff,
  configPush,
  secretsCheck,
  secretsCreate,
  routerBundleCommand,
  routerInstall,
  completion,
  emulate,
];
