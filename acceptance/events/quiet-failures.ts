import { type RunContext, StepFailed } from '../run-context.ts';
import { readSite } from '../site-state.ts';
import { type GameDay, runOn } from './game-day.ts';

/** A contact is missing after 5 minutes, and a reading old after 90 s; then some rounds of the probe. */
const NOTICED_WITHIN_MS = 10 * 60_000;
const POLL_MS = 20_000;

/** Reports to an address that does not answer (RFC 5737). A router reads the file at each report. */
const CUT_REPORT_PATH = `
conf=\${VYOS_FAILOVER_ROOT-}/config/vyos-failover/report.conf
cp -p "$conf" "$conf.kept" && sed -i "s#^API_URL=.*#API_URL='https://192.0.2.1'#" "$conf"
`;
const RESTORE_REPORT_PATH = `
conf=\${VYOS_FAILOVER_ROOT-}/config/vyos-failover/report.conf
[ ! -e "$conf.kept" ] || mv "$conf.kept" "$conf"
`;
/** The script is done before the agent that runs it stops. */
const STOP_AGENT = '(sleep 5; systemctl stop amazon-ssm-agent) >/dev/null 2>&1 &';

/** Failures that move no routes, because the owner carries the traffic. */
export const QUIET_FAILURES: readonly GameDay[] = [
  {
    kind: 'report-path',
    what: 'the report path of the standby is cut',
    mustMove: false,
    of: 'standby',
    fail: (standby, run) => unmoved(standby.site, () => runOn(standby, CUT_REPORT_PATH, run), run),
    repair: (standby, run) => runOn(standby, RESTORE_REPORT_PATH, run),
  },
  {
    kind: 'agent',
    what: 'the SSM agent of the healthy owner stops, until the owner reboots',
    mustMove: false,
    of: 'owner',
    fail: (owner, run) => unmoved(owner.site, () => runOn(owner, STOP_AGENT, run), run),
    // Nothing else can start an agent that does not run.
    repair: ({ instance, region }, { ports }) => ports.cloud.rebootInstance(region, instance),
  },
];

/** Causes a failure, waits until `status` shows it, and requires that no route has moved. @throws StepFailed */
async function unmoved(site: string, fail: () => Promise<void>, run: RunContext): Promise<string> {
  const { ports, signal } = run;
  const { epoch } = await readSite(site, run);
  await fail();
  const until = ports.now() + NOTICED_WITHIN_MS;
  for (;;) {
    const now = await readSite(site, run);
    if (now.epoch !== epoch) throw new StepFailed(`the routes moved to ${now.owner}`);
    if (now.attention.length > 0) return now.attention.join('; ');
    if (ports.now() >= until)
      throw new StepFailed(`status has not shown it within ${NOTICED_WITHIN_MS / 60_000} minutes`);
    await ports.sleep(POLL_MS, signal);
  }
}
