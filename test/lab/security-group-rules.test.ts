import { expect, it } from 'vitest';
import type { Permission } from '#emulator/ec2/model/security-groups.ts';
import type { RegionState } from '#emulator/ec2/state.ts';
import { securityGroupRules } from '#lab/created/security-group-rules.ts';

const permission = (protocol: string, peer: Permission['peer'], from?: number, to = from): Permission => ({
  protocol,
  ports: from === undefined || to === undefined ? undefined : { from, to },
  peer,
  description: undefined,
});

const anywhere = { cidr: '0.0.0.0/0' };
const rules = [
  { direction: 'ingress', permission: permission('udp', { cidr: '198.51.100.4/32' }, 500) },
  { direction: 'ingress', permission: permission('6', { group: 'sg-1' }, 8000, 8010) },
  { direction: 'ingress', permission: permission('47', { cidr: '10.1.101.10/32' }) },
  { direction: 'ingress', permission: permission('icmp', anywhere, 8, -1) },
  { direction: 'ingress', permission: permission('tcp', { prefixList: 'pl-1' }, 443) },
  { direction: 'ingress', permission: permission('-1', { cidr: '2001:db8::/56' }) },
  { direction: 'egress', permission: permission('-1', anywhere) },
];

const state = {
  interfaces: new Map([
    ['eni-1', { id: 'eni-1', address: '10.1.100.10', groups: ['sg-1'] }],
    ['eni-2', { id: 'eni-2', address: '10.1.101.10', groups: ['sg-1'] }],
  ]),
  securityGroups: new Map([['sg-1', { id: 'sg-1', rules }]]),
  prefixLists: new Map([['pl-1', { entries: [{ cidr: '192.0.2.0/24' }, { cidr: '203.0.113.0/24' }] }]]),
} as unknown as RegionState;

const acceptedIn = (chain: string, text: string) =>
  (new RegExp(`chain ${chain} {[^;]*; (.*) }$`, 'm').exec(text)?.[1] ?? '').split(/; ?/).filter(Boolean);

it('permits what the groups of the interface permit, answers to it, and nothing else', () => {
  const text = securityGroupRules(state, 'eni-1', 'eth0');
  expect(acceptedIn('ingress', text)).toEqual([
    'iifname != "eth0" accept',
    'ct state established accept',
    'ip saddr 198.51.100.4/32 udp dport 500-500 accept',
    'ip saddr 10.1.100.10 tcp dport 8000-8010 accept',
    'ip saddr 10.1.101.10 tcp dport 8000-8010 accept',
    'ip saddr 10.1.101.10/32 meta l4proto 47 accept',
    'ip saddr 0.0.0.0/0 icmp type 8 accept',
    'ip saddr 192.0.2.0/24 tcp dport 443-443 accept',
    'ip saddr 203.0.113.0/24 tcp dport 443-443 accept',
    'ip6 saddr 2001:db8::/56 accept',
    'counter drop',
  ]);
  expect(acceptedIn('egress', text)).toEqual([
    'oifname != "eth0" accept',
    'ct state established accept',
    'ip daddr 0.0.0.0/0 accept',
    'counter drop',
  ]);
});

it('permits nothing at an interface that does not exist', () => {
  const text = securityGroupRules(state, 'eni-9', 'eth0');
  expect(acceptedIn('ingress', text).slice(2)).toEqual(['counter drop']);
});
