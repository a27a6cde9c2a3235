import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { accountBefore } from '#demo/account-before.ts';
import { loaded } from '../stacks/site-under-test.ts';

const accountOf = (example: string, change = (text: string) => text) =>
  accountBefore(loaded(change(readFileSync(`examples/${example}.yaml`, 'utf8')), example));

it('an account before created sites has images and nothing else', () => {
  const { regions } = accountOf('created');
  expect(Object.keys(regions).toSorted()).toEqual(['ap-northeast-1', 'us-east-1']);
  for (const { vpcs, subnets, interfaces, instances, routeTables, images = [] } of Object.values(regions)) {
    expect([vpcs, subnets, interfaces, instances, routeTables]).toEqual([[], [], [], [], []]);
    expect(images.map(({ name }) => name)).toEqual(expect.arrayContaining(['VyOS 1.4.3', 'VyOS 1.5.0']));
  }
});

it('an account before a mixed topology has the sites that exist, and the networks in which routers are created', () => {
  const { regions } = accountOf('mixed');
  const sites = Object.values(regions).map(({ vpcs, subnets, instances, routeTables }) => [
    vpcs.length,
    subnets.length,
    instances.length,
    routeTables.length,
  ]);
  // Created; routers created in an existing VPC; existing.
  expect(new Set(sites.map((counts) => counts.join()))).toEqual(new Set(['0,0,0,0', '1,2,0,1', '1,2,2,1']));
});

it('an image that the topology names by its id or by a parameter exists', () => {
  const named = accountOf('created', (text) => text.replace(/^image: .*$/m, 'image: ami-0a1b2c3d4e5f60099'));
  expect(named.regions['us-east-1']?.images?.map(({ id }) => id)).toContain('ami-0a1b2c3d4e5f60099');
  const parameter = accountOf('created', (text) => text.replace(/^image: .*$/m, 'image: "ssm:/own/vyos"'));
  expect(parameter.regions['us-east-1']?.parameters?.map(({ name }) => name)).toContain('/own/vyos');
});

it('the account has the id that the topology states, and is the owner of the images that it names', () => {
  const { id, regions } = accountOf('created', (text) =>
    text.replace(/^image: .*$/m, 'image: ami-0a1b2c3d4e5f60099').replace(/^name: /m, 'account: "210987654321"\nname: '),
  );
  expect(id).toBe('210987654321');
  expect(regions['us-east-1']?.images?.find((image) => image.id === 'ami-0a1b2c3d4e5f60099')?.owner).toBe(id);
});
