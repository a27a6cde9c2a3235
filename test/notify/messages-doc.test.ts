import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asChat } from '#functions/notify/chat.ts';
import { asEmail } from '#functions/notify/email.ts';
import { health, Notified, swap, TOKYO } from './notified.ts';

/** `UPDATE_GOLDENS=1 npx vitest run test/notify/messages-doc.test.ts` writes the examples into the page: read them. */
const PAGE = 'docs/notifications.md';
const BEGIN = '<!-- examples: written by test/notify/messages-doc.test.ts -->\n';

const atFirst = { owner: 'tokyo-1' };
const REFUSED = swap({
  outcome: 'refused',
  reason: 'both-unfit',
  owner: 'tokyo-1',
  moved: [],
  detector: 'ec2',
  id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
  counts: { moved: 0, remaining: 0, foreign: 0 },
  says: 'EC2 reports that tokyo-1 is stopped, but tokyo-2 is not proven fit: none of its 1 eBGP sessions is Established (by the probe, 40 s ago). Routes stay.',
});
const STANDBY = health('StandbyUnfit', 'degraded', {
  owner: 'tokyo-1',
  problems: ['tokyo-2 could not take over: none of its 1 eBGP sessions is Established (by the probe, 12 s ago)'],
});
const pause = {
  topology: 'tokyo-virginia',
  site: 'tokyo',
  by: 'ann@desk',
  reason: 'provider works on the circuit',
  until: '2026-11-23T03:10:00.000Z',
};
const REFUSALS = [
  'target-unfit',
  'hold-down',
  'too-many-swaps',
  'second-witness-missing',
  'memory-unreachable',
  'mode-off',
  'peer-never-answered',
  'no-managed-route',
];
const CONDITIONS: readonly (readonly [string, 'down' | 'degraded'])[] = [
  ['Healthy', 'degraded'],
  ['OwnerDetoured', 'degraded'],
  ['OwnerImpaired', 'degraded'],
  ['OwnerUnfit', 'degraded'],
  ['OwnerUnfit', 'down'],
  ['BothUnfit', 'degraded'],
  ['BothUnfit', 'down'],
  ['RoutesSplit', 'degraded'],
  ['NoRouteOfThePair', 'down'],
  ['OwnerNotRunning', 'down'],
  ['OwnerWithoutPath', 'down'],
];

/** One of each kind, with what leads to it. */
const EXAMPLES: readonly (readonly [string, (site: Notified) => void])[] = [
  ['A failover', (site) => site.announce('Failover Completed', swap())],
  [
    'The site is redundant again',
    (site) => {
      site.announce('Failover Completed', swap());
      site.wait(14);
      site.announce('Site Recovered', health('Healthy', undefined));
    },
  ],
  ['A rule refuses a failover, and traffic is lost', (site) => site.announce('Failover Refused', REFUSED)],
  [
    'Traffic flows again, without redundancy',
    (site) => {
      site.announce('Failover Refused', REFUSED);
      site.wait(6);
      site.announce('Site Degraded', STANDBY);
    },
  ],
  [
    'Traffic flows again, with redundancy',
    (site) => {
      site.announce('Failover Refused', REFUSED);
      site.wait(9);
      site.announce('Site Recovered', health('Healthy', undefined));
    },
  ],
  ['The standby is not fit', (site) => site.announce('Site Degraded', STANDBY)],
  [
    'Some routes have not moved',
    (site) =>
      site.announce(
        'Failover Partial',
        swap({
          outcome: 'partial',
          owner: undefined,
          remaining: [
            {
              table: 'rtb-0a1b2c3d4e5f60022',
              destination: '10.2.0.0/20',
              why: 'UnauthorizedOperation: no policy allows ec2:ReplaceRoute',
            },
          ],
          counts: { moved: 1, remaining: 1, foreign: 0 },
          says: 'tokyo-2 reports that tokyo-1 failed (bfd); tokyo-2 is fit and takes the routes. 1 route has not moved.',
        }),
      ),
  ],
  [
    'A pause keeps the routes at a failed router',
    (site) =>
      site.announce('Failover Noted', {
        ...REFUSED,
        outcome: 'noted',
        reason: 'owner-not-running',
        says: 'EC2 reports that tokyo-1 is stopped; the routes would move to tokyo-2, but ann@desk paused this site until 2026-11-23 03:10:00Z (provider works on the circuit). Routes stay.',
      }),
  ],
  ['An alarm that no event announces', (site) => site.alarm('probe-missing', 'ALARM')],
  [
    'Its end',
    (site) => {
      site.alarm('probe-missing', 'ALARM');
      site.wait(12);
      site.alarm('probe-missing', 'OK');
    },
  ],
  ['Traffic is lost, and no swap was asked for', (site) => site.alarm('traffic-lost', 'ALARM')],
  [
    'A switchover',
    (site) =>
      site.announce(
        'Failover Completed',
        swap({
          reason: 'switchover',
          detector: 'operator',
          id: 'by-hand-1',
          says: 'ann@desk asks for a switchover to tokyo-2 (kernel update of tokyo-1); tokyo-2 was fit and took the routes.',
        }),
      ),
  ],
  [
    'AWS announces an event',
    (site) =>
      site.announce('Router Event Scheduled', {
        topology: 'tokyo-virginia',
        site: 'tokyo',
        router: 'tokyo-1',
        instance: 'i-0a1b2c3d4e5f60011',
        code: 'instance-retirement',
        description: 'The instance is running on degraded hardware',
        notBefore: '2026-12-01T03:00:00.000Z',
        holdsRoutes: true,
        evacuate: 'manual',
        says: 'AWS has scheduled instance-retirement for the instance of tokyo-1, which holds the routes, at 2026-12-01 03:00:00Z.',
        at: '2026-11-23T03:00:00.000Z',
      }),
  ],
  [
    'A pause ends soon',
    (site) =>
      site.announce('Pause Ending', {
        ...pause,
        says: 'The pause of tokyo by ann@desk (provider works on the circuit) ends in 10 min.',
      }),
  ],
  [
    'A configuration is pushed',
    (site) =>
      site.announce('Config Pushed', {
        topology: 'tokyo-virginia',
        site: 'tokyo',
        id: 'push-1',
        by: 'ann@desk',
        routers: ['tokyo-2', 'tokyo-1'],
        says: 'ann@desk pushed a new configuration to tokyo-2 and tokyo-1; BGP is verified on both.',
        at: '2026-11-23T03:00:00.000Z',
      }),
  ],
  [
    'The digest of an hour',
    (site) => {
      for (let time = 0; time < 10; time += 1) {
        site.announce('Site Degraded', STANDBY);
        site.wait(2);
        site.announce('Site Recovered', health('Healthy', undefined));
        site.wait(2);
      }
      site.announce('Site Degraded', STANDBY);
      site.wait(60);
    },
  ],
];

function lastOf(play: (site: Notified) => void) {
  const site = new Notified();
  play(site);
  const message = site.messages.at(-1);
  if (message === undefined) throw new Error('no message');
  return message;
}

const example = ([what, play]: (typeof EXAMPLES)[number]) => {
  const { subject, text } = asEmail(lastOf(play), TOKYO);
  return `### ${what}\n\n\`\`\`text\nSubject: ${subject}\n\n${text}\n\`\`\`\n`;
};
const subjectOf = (play: (site: Notified) => void) => asEmail(lastOf(play), TOKYO).subject;

test('docs/notifications.md has one example of each message, and the other subjects', () => {
  const refusals = REFUSALS.map((reason) => [
    `a rule: \`${reason}\``,
    subjectOf((site) => site.announce('Failover Refused', { ...REFUSED, reason })),
  ]);
  const conditions = CONDITIONS.map(([diagnosis, severity]) => [
    `\`${diagnosis}\`, ${severity}`,
    subjectOf((site) => site.announce('Site Degraded', health(diagnosis, severity, { ...atFirst, problems: ['x'] }))),
  ]);
  const rows = [...refusals, ...conditions].map(([what, subject]) => `| ${what} | ${subject} |`);
  const chat = JSON.stringify(
    JSON.parse(
      asChat(
        lastOf((site) => site.announce('Failover Completed', swap())),
        TOKYO,
      ),
    ),
    undefined,
    2,
  );
  const examples = [
    ...EXAMPLES.map(example),
    `### Other subjects\n\n| Cause | Subject |\n|---|---|\n${rows.join('\n')}\n`,
    `### In Slack\n\n\`\`\`json\n${chat}\n\`\`\`\n`,
  ].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  const expected = `${page.slice(0, page.indexOf(BEGIN))}${BEGIN}\n${examples}`;
  if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(PAGE, expected);
  expect(readFileSync(PAGE, 'utf8')).toBe(expected);
});
