import { Command } from 'commander';
import { expect, test } from 'vitest';
import { commandsFor } from '#cli/commands/index.ts';
import { PRODUCT_VERSION } from '#contracts/product-version.ts';
import { cliWith, commandLine } from './command-line.ts';

async function programFor(argv: readonly string[]): Promise<Command> {
  const program = new Command();
  for (const add of await commandsFor(argv)) add(program, cliWith({}));
  return program;
}

const withinOf = (command: Command): string[] => command.commands.flatMap((each) => [each.name(), ...withinOf(each)]);

const WORDS = (await programFor([])).commands.map((command) => command.name()).filter((name) => name !== 'complete');

test.each(WORDS)('%s is loaded alone, and with all its subcommands', async (word) => {
  const found = (await programFor(['--no-color', word, '--json'])).commands.find((each) => each.name() === word);
  const all = (await programFor([])).commands.find((each) => each.name() === word);
  expect(found?.helpInformation()).toBe(all?.helpInformation());
  expect(found && withinOf(found)).toEqual(all && withinOf(all));
  expect((await commandsFor([word])).length).toBeLessThan(5);
});

test.each([[[]], [['--help']], [['help', 'status']], [['complete', 'sta']], [['statsu']]])(
  '%j needs all commands',
  async (argv) => {
    expect(await commandsFor(argv)).toEqual(await commandsFor([]));
  },
);

test.each(['--version', '-V'])('%s needs no command', async (option) => {
  expect(await commandsFor([option])).toEqual([]);
  expect(await commandLine([option])).toEqual({ exitCode: 0, stdout: `${PRODUCT_VERSION}\n`, stderr: '' });
});

test('to complete the line of a command, its files and those of completion are loaded', async () => {
  const found = await programFor(['complete', '--', 'maintenance', 'on', 'tokyo', '']);
  expect(found.commands.map((command) => command.name()).toSorted()).toEqual(['complete', 'completion', 'maintenance']);
  const own = await programFor(['complete', '--', 'completion', '']);
  expect(own.commands.map((command) => command.name())).toEqual(['completion', 'complete']);
});
