import type { Io } from '../io.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { PromptLines } from '../prompt.ts';

/** What an operator answers about a site. */
export type SiteAnswers =
  | { readonly region: string; readonly vpc: string }
  | { readonly region: string; readonly name: string; readonly cidr: string };

/** Asks on stderr for the sites, two at least. An empty answer takes the proposal in brackets. */
export async function askSites(lines: PromptLines, io: Io): Promise<readonly SiteAnswers[]> {
  const ask = (question: string, proposal: string) => askOne(question, proposal, lines, io);
  const sites: SiteAnswers[] = [];
  do {
    const nth = sites.length + 1;
    io.stderr.write(`Site ${nth}\n`);
    const region = await ask('  Region', REGIONS[nth - 1] ?? 'us-east-1');
    const vpc = await ask('  id of its VPC, or nothing: the deployment creates the VPC and the routers', '');
    if (vpc !== '') sites.push({ region, vpc });
    else
      sites.push({
        region,
        name: await ask('  name', `site-${nth}`),
        cidr: await ask('  IPv4 network of its VPC, a /16', `10.${nth}.0.0/16`),
      });
  } while (sites.length < 2 || /^y/i.test(await ask('Another site?', 'no')));
  return sites;
}

const REGIONS = ['ap-northeast-1', 'us-east-1', 'eu-central-1'];

/** @throws CommandError (exit code 4) at the end of the input */
export async function askOne(question: string, proposal: string, lines: PromptLines, io: Io): Promise<string> {
  io.stderr.write(`${question}${proposal === '' ? '' : ` [${proposal}]`}: `);
  const line = await lines.line();
  if (line !== undefined) return line.trim() === '' ? proposal : line.trim();
  io.stderr.write('\n');
  throw new CommandError(exitCodes.notDone, 'The input ended before all questions were answered. Nothing was written.');
}
