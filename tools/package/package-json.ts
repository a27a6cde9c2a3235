import { readFileSync } from 'node:fs';

export const PACKAGE_NAME = 'cdk-vyos-failover';

/** What the user's app has already: two copies of it in one app would not know each other's constructs. */
export const PEERS = ['aws-cdk-lib', 'constructs'] as const;

/**
 * The package.json of the library. It has no dependencies: what the library imports is in its file, and Lambda's code in the functions'.
 */
export function packageJson(): object {
  const { version, license, engines, dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly version: string;
    readonly license: string;
    readonly engines: object;
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return {
    name: PACKAGE_NAME,
    version,
    description: 'AWS CDK construct: failover for pairs of VyOS routers',
    keywords: ['aws', 'cdk', 'vyos', 'failover'],
    license,
    type: 'module',
    engines,
    exports: { '.': { types: './lib/index.d.ts', default: './lib/index.js' } },
    peerDependencies: Object.fromEntries(PEERS.map((name) => [name, `^${dependencies[name]}`])),
  };
}
