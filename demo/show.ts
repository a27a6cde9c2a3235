import { HANDLING_MS } from './network-model.ts';
import type { DemoOptions } from './options.ts';
import { SSH_HOP_MS } from './original-way.ts';
import type { DemoResult } from './run-demo.ts';
import { HOLD_MS, KEEPALIVE_MS } from './run-original.ts';
import { PING_EVERY_MS } from './running-design.ts';
import { EC2_CALL_MS, type Scenario } from './scenario.ts';
import type { Entry } from './timeline.ts';

/** A result as text. */
export function renderResult(result: DemoResult, options: DemoOptions): string {
  return [
    '',
    ...renderTimeline(
      'vyos-failover',
      result.timeline.filter(({ design }) => design === 'ours'),
    ),
    '',
    ...renderTimeline(
      'the original of 2014',
      result.timeline.filter(({ design }) => design === 'original'),
    ),
    '',
    ...renderOutage(result),
    '',
    ...renderHonesty(result, options),
    '',
  ].join('\n');
}

/** One line an event: seconds since the failure, what, and the sentence. */
function renderTimeline(title: string, entries: readonly Entry[]): string[] {
  return [title, ...entries.map(({ atMs, what, says }) => `  ${signed(atMs).padStart(9)}  ${what.padEnd(10)} ${says}`)];
}

const BAR_COLUMNS = 60;

function renderOutage({ outageMs, pings, owner }: DemoResult): string[] {
  const longest = Math.max(outageMs.ours, outageMs.original, 1);
  const row = (name: string, design: 'ours' | 'original') => {
    const bar = '█'.repeat(Math.max(1, Math.round((outageMs[design] / longest) * BAR_COLUMNS)));
    const { sent, lost } = pings[design];
    return `  ${name.padEnd(14)} ${`${(outageMs[design] / 1000).toFixed(2)} s`.padStart(8)}  ${bar}  ${lost} of ${sent} pings lost; routes now at ${owner[design] ?? 'several routers'}`;
  };
  return ['outage, measured by pings', row('vyos-failover', 'ours'), row('original', 'original')];
}

function renderHonesty({ serf, scenario }: DemoResult, { speed }: DemoOptions): string[] {
  const { profile, bfd } = scenario.topology;
  const timers = `BGP ${KEEPALIVE_MS / 1000} s / ${HOLD_MS / 1000} s`;
  const detection =
    profile === 'fast'
      ? `BFD ${bfd.intervalMs} ms × ${bfd.multiplier} and ${HANDLING_MS} ms (ours), ${timers} (original)`
      : `${timers} (both: profile ${profile} has no BFD, so its hold time binds ours too)`;
  return [
    'how true is this?',
    `  real       the synthesized stacks, both Lambda bundles, IAM of the template, SigV4, router/report under bash${serf === 'real' ? ', serf' : ''}`,
    `  emulated   AWS on 127.0.0.1, every EC2 call slowed down by ${EC2_CALL_MS} ms (assumed)`,
    `  modelled   ${detection}, an SSH hop of ${SSH_HOP_MS} ms${serf === 'real' ? '' : ", Serf's measured timing (serf is not installed, or --speed is on)"}`,
    ...renderWitnesses(scenario),
    `  measured   one ping every ${PING_EVERY_MS} ms through the emulated route tables${speed === 1 ? '' : `; timers ran ${speed} times faster, figures are scaled back`}`,
  ];
}

/** The witnesses, for a site that requires one besides the standby. */
function renderWitnesses({ here, topology }: Scenario): string[] {
  if (here.policy.prefer === 'availability' || topology.profile !== 'fast') return [];
  return [
    `  witnesses  ${here.name} prefers safety: routers of the other sites testify by router/testify, which is real too, as when \`router bundle\` is given every site's URL; heartbeats and EC2's status check, which speak after a minute or more, are left out`,
  ];
}

function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(3)} s`;
}
