import { commandLine } from './command-line.ts';

process.once('SIGINT', () => process.exit(130));
process.exitCode = await commandLine(process.argv.slice(2));
