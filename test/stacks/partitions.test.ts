import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { eniOf } from '#demo/account-of-topology.ts';
import { CreatedIds } from '#infra/created/created-ids.ts';
import { SiteStack } from '#infra/site-stack.ts';
import { loaded, report, SiteUnderTest, tokyo, topology } from './site-under-test.ts';
import { functionsBuilt } from './synthesized.ts';

const directory = mkdtempSync(join(tmpdir(), 'vyos-failover-partitions-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const EXAMPLE = readFileSync('examples/tokyo-virginia.yaml', 'utf8');

await functionsBuilt();

/** The example in two other regions and its stacks. */
function synthesizedIn(first: string, second: string) {
  const text = EXAMPLE.replace('ap-northeast-1', first).replace('us-east-1', second);
  const elsewhere = loaded(text, 'elsewhere.yaml');
  const app = new App({ outdir: join(directory, first) });
  for (const site of elsewhere.sites) new SiteStack(app, { topology: elsewhere, site, created: new CreatedIds([]) });
  const assembly = app.synth();
  return {
    elsewhere,
    directory: assembly.directory,
    templates: assembly.stacks.map(({ template }): unknown => template),
  };
}

/** All texts of a template but the names of services, which end in amazonaws.com in every partition. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    /^(Principal|Service)$/.test(key) && JSON.stringify(inner).includes('.amazonaws.com"') ? [] : textsIn(inner),
  );
}

const CHINA = synthesizedIn('cn-north-1', 'cn-northwest-1');

describe.each([
  ['AWS China', 'cn-north-1', CHINA, 'aws-cn', 'amazonaws.com.cn'],
  [
    'the European Sovereign Cloud',
    'eusc-de-east-1',
    synthesizedIn('eusc-de-east-1', 'eusc-de-east-1'),
    'aws-eusc',
    'amazonaws.eu',
  ],
  ['GovCloud', 'us-gov-west-1', synthesizedIn('us-gov-west-1', 'us-gov-east-1'), 'aws-us-gov', 'amazonaws.com'],
])('a topology in %s', (_, first, { templates }, partition, suffix) => {
  it('has no ARN of another partition, and no host of one, in its stacks', () => {
    const texts = templates.flatMap(textsIn);
    const arns = texts.flatMap((text) => [...text.matchAll(/arn:([a-z-]+):/g)].map(([, name]) => name));
    expect(new Set(arns)).toEqual(new Set([partition]));
    const hosts = texts.flatMap((text) => text.match(/[a-z0-9.-]*amazonaws[a-z.]*/g) ?? []);
    expect(hosts.filter((host) => !host.endsWith(`.${suffix}`))).toEqual([]);
    expect(hosts).toContain(`ssm.${first}.${suffix}`);
  });
});

it('a topology in another partition, AWS China, fails over in the emulator', async () => {
  const site = await SiteUnderTest.start(CHINA.directory, { of: CHINA.elsewhere });
  try {
    const { body } = await site.post(report());
    expect(body).toMatchObject({ outcome: 'swapped' });
    expect(new Set(site.targets())).toEqual(new Set([eniOf(tokyo.routers.standby)]));
    // One for reports and one for operators.
    expect(site.emulator.httpApis.length).toBe(2 * topology.sites.length);
  } finally {
    await site.close();
  }
});
