import type { Account, ShellFixture } from '#emulator/account.ts';

export const region = 'ap-northeast-1';
export const vpc = 'vpc-0a1b2c3d4e5f60001';
export const otherVpc = 'vpc-0a1b2c3d4e5f60002';
export const frontSubnet = 'subnet-0a1b2c3d4e5f60051';
export const router1 = 'i-0a1b2c3d4e5f60011';
export const router2 = 'i-0a1b2c3d4e5f60012';
export const twoLegged = 'i-0a1b2c3d4e5f60013';
export const eni1 = 'eni-0a1b2c3d4e5f60011';
export const eni2 = 'eni-0a1b2c3d4e5f60012';
export const looseEni = 'eni-0a1b2c3d4e5f60019';
export const foreignEni = 'eni-0a1b2c3d4e5f60018';
export const table = 'rtb-0a1b2c3d4e5f60021';
export const otherTable = 'rtb-0a1b2c3d4e5f60022';
export const edgeTable = 'rtb-0a1b2c3d4e5f60023';
export const foreignTable = 'rtb-0a1b2c3d4e5f60024';
export const prefixList = 'pl-0a1b2c3d4e5f60031';
export const gateway = 'igw-0a1b2c3d4e5f60041';

/** One region with a router pair, as a user would have it, and what can go wrong around it. */
export function account(shell?: ShellFixture): Account {
  return {
    regions: {
      [region]: {
        vpcs: [
          { id: vpc, cidr: '10.1.0.0/16' },
          { id: otherVpc, cidr: '10.9.0.0/16' },
        ],
        subnets: [
          { id: frontSubnet, vpc, cidr: '10.1.0.0/20' },
          { id: 'subnet-0a1b2c3d4e5f60052', vpc, cidr: '10.1.100.0/24' },
          { id: 'subnet-0a1b2c3d4e5f60053', vpc: otherVpc, cidr: '10.9.0.0/24' },
        ],
        interfaces: [
          {
            id: eni1,
            subnet: 'subnet-0a1b2c3d4e5f60052',
            address: '10.1.100.10',
            publicAddress: '203.0.113.10',
            sourceDestCheck: false,
          },
          { id: eni2, subnet: 'subnet-0a1b2c3d4e5f60052', address: '10.1.100.11', sourceDestCheck: false },
          { id: looseEni, subnet: 'subnet-0a1b2c3d4e5f60052', address: '10.1.100.19' },
          { id: foreignEni, subnet: 'subnet-0a1b2c3d4e5f60053', address: '10.9.0.10' },
          { id: 'eni-0a1b2c3d4e5f60013', subnet: 'subnet-0a1b2c3d4e5f60052', address: '10.1.100.13' },
          { id: 'eni-0a1b2c3d4e5f60014', subnet: frontSubnet, address: '10.1.0.13' },
        ],
        instances: [
          {
            id: router1,
            interfaces: [eni1],
            tags: { Name: 'tokyo-1', pair: 'tokyo' },
            role: { name: 'router', managedPolicies: [] },
            shell,
          },
          { id: router2, interfaces: [eni2], tags: { Name: 'tokyo-2', pair: 'tokyo' }, shell },
          { id: twoLegged, interfaces: ['eni-0a1b2c3d4e5f60013', 'eni-0a1b2c3d4e5f60014'] },
        ],
        routeTables: [
          {
            id: table,
            vpc,
            main: true,
            tags: { 'vyos-failover': 'tokyo', Name: 'front*' },
            routes: [
              { destination: '10.2.0.0/20', target: eni1 },
              { destination: '2001:db8:2::/56', target: eni1 },
              { destination: prefixList, target: eni1 },
              { destination: '0.0.0.0/0', target: gateway },
              { destination: '10.7.0.0/16', target: 'vgw-0a1b2c3d4e5f60042', origin: 'EnableVgwRoutePropagation' },
            ],
          },
          { id: otherTable, vpc, subnets: [frontSubnet], routes: [{ destination: '10.2.0.0/20', target: eni2 }] },
          { id: edgeTable, vpc, gateway, routes: [] },
          { id: foreignTable, vpc: otherVpc, routes: [] },
        ],
        prefixLists: [{ id: prefixList, name: 'far-sites', entries: ['10.3.0.0/20', '10.3.128.0/17'] }],
        parameters: [
          { name: '/vyos-failover/psk/one', type: 'SecureString', value: 'hunter2' },
          { name: '/vyos-failover/serf/profile', type: 'String', value: 'fast' },
        ],
      },
    },
  };
}
