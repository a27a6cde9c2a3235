import { awsIdFault, nameFault, regionFault, type ValueFault, vpcNetworkFault } from '#topology/fields.ts';
import type { Io } from '../io.ts';
import { CommandError } from '../output/command-error.ts';
import { exitCodes } from '../output/exit-codes.ts';
import type { PromptLines } from '../prompt.ts';

/** What an operator answers about a site. */
export type SiteAnswers =
  | { readonly region: string; readonly vpc: string }
  | { readonly region: string; readonly name: string; readonly cidr: string };

/** Asks on stderr for the sites, two at least. An empty answer takes the proposal in brackets; an unfit one is asked for again. */
export async function askSites(lines: PromptLines, io: Io): Promise<readonly SiteAnswers[]> {
  const ask = (question: Question) => askOne(question, lines, io);
  const sites: SiteAnswers[] = [];
  do {
    const nth = sites.length + 1;
    io.stderr.write(`Site ${nth}\n`);
    const region = await ask({ text: '  Region', proposal: REGIONS[nth - 1] ?? 'us-east-1', fault: regionFault });
    const vpc = await ask({
      text: '  id of its VPC, or nothing: the deployment creates the VPC and the routers',
      proposal: '',
      fault: (answer) => (answer === '' ? undefined : awsIdFault('vpc', answer)),
    });
    if (vpc !== '') sites.push({ region, vpc });
    else
      sites.push({
        region,
        name: await ask({ text: '  name', proposal: `site-${nth}`, fault: (answer) => siteNameFault(answer, sites) }),
        cidr: await ask({
          text: '  IPv4 network of its VPC, a /16',
          proposal: `10.${nth}.0.0/16`,
          fault: (answer) => vpcNetworkFault(answer, { min: 16, max: 16 }),
        }),
      });
  } while (sites.length < 2 || /^y/i.test(await ask({ text: 'Another site?', proposal: 'no' })));
  return sites;
}

const REGIONS = ['ap-northeast-1', 'us-east-1', 'eu-central-1'];

function siteNameFault(name: string, sites: readonly SiteAnswers[]): ValueFault | undefined {
  if (sites.every((site) => !('name' in site) || site.name !== name)) return nameFault('site', name);
  return { fault: `${name} is the name of a site above`, hint: 'give each site its own name' };
}

export interface Question {
  readonly text: string;
  /** What an empty answer means. */
  readonly proposal: string;
  /** What is wrong with an answer. Default: nothing is. */
  readonly fault?: (answer: string) => ValueFault | undefined;
}

/**
 * Asks until the answer is fit.
 *
 * @throws CommandError (exit code 4) at the end of the input
 */
export async function askOne(
  { text, proposal, fault = () => undefined }: Question,
  lines: PromptLines,
  io: Io,
): Promise<string> {
  for (;;) {
    io.stderr.write(`${text}${proposal === '' ? '' : ` [${proposal}]`}: `);
    const line = await lines.line();
    if (line === undefined) break;
    const answer = line.trim() === '' ? proposal : line.trim();
    const wrong = fault(answer);
    if (wrong === undefined) return answer;
    io.stderr.write(`    ${wrong.fault}: ${wrong.hint}\n`);
  }
  io.stderr.write('\n');
  throw new CommandError(exitCodes.notDone, 'The input ended before all questions were answered. Nothing was written.');
}
