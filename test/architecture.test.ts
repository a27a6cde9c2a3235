import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cyclesOf, modulesIn, unreachable } from './imports.ts';

/** Which folder may import which others of ours, and why. The tree is the architecture (ARCHITECTURE.md shows it). */
const MAY_IMPORT: readonly Rule[] = [
  { folder: 'topology', may: [], because: 'the topology is what everything else is made from' },
  { folder: 'failover', may: ['topology'], because: 'decisions are pure: they know the policy and what was seen' },
  { folder: 'vyos', may: ['topology'], because: 'configuration is a function of the topology alone' },
  {
    folder: 'contracts',
    may: ['failover', 'topology'],
    because: 'a message is a shape: its sender and its reader import it, and it imports neither',
  },
  { folder: 'aws', may: ['failover', 'contracts'], because: 'it translates between AWS and the words of failover' },
  {
    folder: 'functions',
    may: ['failover', 'topology', 'contracts', 'vyos', 'aws'],
    because: 'a function wires the pure core to AWS',
  },
  {
    folder: 'infra',
    may: ['topology', 'failover', 'contracts', 'vyos', 'functions'],
    because: 'it deploys, and does not act',
  },
  {
    folder: 'cli',
    may: ['topology', 'failover', 'contracts', 'vyos', 'aws', 'infra', 'ui'],
    because: 'it asks the functions; it has no lab in it',
  },
  { folder: 'ui', may: [], because: 'it shows any network: what is behind it is a LiveSource' },
  { folder: 'emulator', may: [], because: 'if it knew our code it would agree with our mistakes' },
  {
    folder: 'acceptance',
    may: ['topology', 'contracts', 'vyos', 'aws', 'infra', 'cli'],
    because: 'it is an operator of a real account: the command line, cdk deploy, and calls to AWS',
  },
  {
    folder: 'simulator',
    may: ['topology', 'failover', 'contracts', 'aws', 'functions', 'emulator'],
    because: 'it runs the real stories over the emulated EC2, with its own clock and chance',
  },
  {
    folder: 'bench',
    may: [
      'topology',
      'failover',
      'contracts',
      'vyos',
      'aws',
      'functions',
      'infra',
      'emulator',
      'simulated-vyos',
      'demo',
      'lab',
    ],
    because: 'it measures the product from outside and beside the naive ways',
  },
  {
    folder: 'simulated-vyos',
    may: ['vyos', 'emulator'],
    because: 'it imitates VyOS, and of ours knows how `set` lines are read and what a machine of the emulated EC2 is',
  },
  {
    folder: 'demo',
    may: ['topology', 'vyos', 'infra', 'emulator', 'simulated-vyos', 'ui'],
    because: 'it shows the product from outside, over its contracts, on routers configured as ours are',
  },
  {
    folder: 'lab',
    may: ['topology', 'vyos', 'infra', 'emulator', 'simulated-vyos', 'demo', 'ui'],
    because: 'it runs what goes onto routers with real daemons, beside the emulated AWS',
  },
];

/** Single files that cross a border on purpose. */
const EXCEPTIONS: readonly { readonly file: string; readonly may: string; readonly because: string }[] = [
  {
    file: 'cli/commands/emulate.ts',
    may: 'demo',
    because: '`emulate` is the one command that starts the emulator; it is loaded only then',
  },
  {
    file: 'demo/live/serve-test-network.ts',
    may: 'cli',
    because: 'its page shows and does what the commands show and do',
  },
  {
    file: 'bench/cold-start/memory/price.ts',
    may: 'cli',
    because: 'a size of memory is chosen by its price, which `vyos-failover cost` computes',
  },
  ...['bench/pairs/fail-pairs.ts', 'bench/pairs/shared-ec2.ts'].map((file) => ({
    file,
    may: 'simulator',
    because: 'minutes of a hundred pairs need its virtual clock and its EC2 without a network',
  })),
];

interface Rule {
  readonly folder: string;
  readonly may: readonly string[];
  readonly because: string;
}

/** Programs: every module is reachable from one of them. */
const ENTRIES: readonly { readonly files: string; readonly because: string }[] = [
  { files: 'cli/main.ts', because: '`bin/vyos-failover` starts it' },
  { files: 'infra/main.ts', because: '`cdk.json` names it as the app' },
  { files: 'infra/index.ts', because: 'the module of the package (`tools/package/`)' },
  { files: 'functions/*/handler.ts', because: 'esbuild bundles it for Lambda (`infra/build-functions.ts`)' },
  { files: '{simulator,bench,demo,lab,acceptance}/main.ts', because: 'an npm script starts it' },
  { files: 'lab/{vitest.config,test-next}.ts', because: '`npm run test:lab` and `npm run test:lab:next`' },
  { files: 'emulator/lambda/bootstrap.ts', because: 'the process of an emulated function starts with it' },
  { files: 'ui/page/main.tsx', because: 'esbuild bundles it for the browser (`ui/server/page-files.ts`)' },
  { files: 'topology/write-json-schema.ts', because: 'it is run by hand after a change of the schema' },
];

const modules = MAY_IMPORT.flatMap(({ folder }) => modulesIn(folder));

describe('the import table', () => {
  it('covers every folder: an empty result does not come from reading nothing', () => {
    const empty = MAY_IMPORT.map(({ folder }) => folder).filter(
      (folder) => modules.filter((module) => module.folder === folder).length < 3,
    );
    expect(empty).toEqual([]);
    expect(modules.flatMap((module) => module.imports).length).toBeGreaterThan(200);
  });

  it.each(MAY_IMPORT)('$folder imports only what it may', ({ folder, may, because }) => {
    const wrong = modules
      .filter((module) => module.folder === folder)
      .flatMap(({ file, imports }) =>
        imports
          .map(({ path }) => ({ file, to: path, toFolder: path.split('/')[0] ?? '' }))
          .filter(({ toFolder }) => MAY_IMPORT.some((rule) => rule.folder === toFolder))
          .filter(({ toFolder }) => toFolder !== folder && !may.includes(toFolder))
          .filter(
            ({ toFolder }) => !EXCEPTIONS.some((exception) => exception.file === file && exception.may === toFolder),
          ),
      )
      .map(
        ({ file, to }) =>
          `${file} imports ${to}: ${folder} may import ${may.join(', ') || 'nothing of ours'}, because ${because}`,
      );
    expect(wrong).toEqual([]);
  });

  it('keeps the AWS SDK in one folder', () => {
    const wrong = modules
      .filter(({ folder }) => folder !== 'aws')
      // The jump host of 2014, which spoke to EC2 by itself, and the ways that ours is measured against.
      .filter(({ file }) => !['demo/original-way.ts', 'bench/swap/naive-ways.ts'].includes(file))
      .filter(({ imports }) => imports.some(({ path }) => path.startsWith('@aws-sdk/')))
      .map(({ file }) => `${file}: only aws/ speaks to AWS`);
    expect(wrong).toEqual([]);
  });

  it('keeps CreateRoute out of a swap (rule 7)', () => {
    const swap = unreachable(modules, ['functions/route-swap/handler.ts']);
    expect(swap).toContain('aws/create-route.ts');
    const importers = modules.filter(({ imports }) => imports.some(({ path }) => path === 'aws/create-route.ts'));
    expect(new Set(importers.map(({ file }) => dirname(file)))).toEqual(new Set(['functions/create-routes']));
    const callers = modules
      .filter(({ folder }) => ['aws', 'functions', 'cli'].includes(folder))
      .filter(({ file }) => /\bCreateRoute(Command)?\(/.test(readFileSync(file, 'utf8')));
    expect(callers.map(({ file }) => file)).toEqual(['aws/create-route.ts']);
  });

  it('keeps clock, network and files out of what decides', () => {
    const wrong = modules
      .filter(({ folder }) => ['topology', 'failover', 'vyos'].includes(folder))
      .filter(({ file }) => file !== 'topology/write-json-schema.ts')
      .flatMap(({ file, imports }) => {
        const impure = imports.filter(({ path }) => path.startsWith('node:')).map(({ path }) => path);
        const clock = /\bDate\.now\(|new Date\(\)|Math\.random\(|process\./.exec(readFileSync(file, 'utf8'));
        return [...impure, ...(clock ? [clock[0]] : [])].map(
          (what) => `${file} uses ${what}: pass it in as an argument`,
        );
      });
    expect(wrong).toEqual([]);
  });

  it('crosses borders in sight: another folder by #name, a neighbour by ./', () => {
    const wrong = modules.flatMap(({ file, folder, imports }) =>
      imports
        .filter(({ written, path }) => written.startsWith('.') && path.endsWith('.ts') && path.split('/')[0] !== folder)
        .map(({ written }) => `${file}: write #${written.replace(/^(\.\.\/)+/, '')} and not ${written}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the files', () => {
  it('form no cycle, of type imports either: each can be read without the one that uses it', () => {
    const cycles = cyclesOf(modules).map((files) => files.join(' → '));
    expect(cycles).toEqual([]);
  });

  it('are all reachable from a program; what only tests import lives under test/', () => {
    const entries = ENTRIES.flatMap(({ files }) => globSync(files));
    expect(unreachable(modules, entries)).toEqual([]);
  });
});
