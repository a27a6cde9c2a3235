import { type Answer, digestOf, type Facts, pushFile, SECRET, type Words } from './router-in-cells.ts';

/** A router before and after the push of these tests: a leaf that changes, a key, a route that goes and one that comes. */
const BESIDE = ['system host-name tokyo-1', 'system login banner post-login hello', 'protocols bgp system-as 65001'];
const PEER = [
  'vpn ipsec site-to-site peer far remote-address 198.51.100.10',
  'vpn ipsec site-to-site peer far authentication local-id 203.0.113.10',
  'vpn ipsec authentication psk far id 198.51.100.10',
];
export const OLD = [
  ...PEER,
  'interfaces tunnel tun0 mtu 1414',
  'protocols static route 10.1.0.0/20 next-hop 10.1.100.1',
  'vpn ipsec authentication psk far secret old-key',
  ...BESIDE,
].map(inWords);
export const NEW = [
  ...BESIDE,
  ...PEER,
  'interfaces tunnel tun0 mtu 1300',
  'protocols static route 10.1.16.0/20 next-hop 10.1.100.1',
  `vpn ipsec authentication psk far secret ${SECRET}`,
].map(inWords);
const COMMANDS = [
  'set interfaces tunnel tun0 mtu 1300',
  'delete protocols static route 10.1.0.0/20',
  'set protocols static route 10.1.16.0/20 next-hop 10.1.100.1',
  'set vpn ipsec authentication psk far secret {{ssm:/vyos-failover/test/psk}}',
].map(inWords);
const ROOTS = [
  'interfaces tunnel',
  'protocols static route 10.1.0.0/20',
  'protocols static route 10.1.16.0/20',
  'vpn ipsec',
].map(inWords);
const OURS = OLD.filter((words) => words[1] !== 'login');

export const PUSH = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const UNDO_AFTER_S = 300;

export function inWords(line: string): Words {
  return line.split(' ');
}

export interface Boot {
  readonly id: string;
  readonly notAfter: number;
}

/** The variables of a command about the push. */
export function command(action: 'apply' | 'confirm' | 'undo', { bootId, uptime }: Pick<Facts, 'bootId' | 'uptime'>) {
  const file = pushFile(COMMANDS, ROOTS, { id: bootId, notAfter: Math.floor(uptime) + 120 });
  const none = { SSM_Base: '-', SSM_File: '-', SSM_Sha256: '-', SSM_UndoAfter: '0' };
  const all = { SSM_Base: digestOf(OURS), ...file, SSM_UndoAfter: String(UNDO_AFTER_S) };
  return { SSM_Action: action, SSM_Push: PUSH, ...(action === 'apply' ? all : none) };
}

export type Side = 'old' | 'new' | 'neither';

/** Which of both a configuration is; nodes that a commit has left empty do not count. */
export function side(lines: readonly string[]): Side {
  const of = new Set(lines.filter((line) => !/^(interfaces|vpn|protocols( static)?)$/.test(line)));
  const equals = (other: readonly Words[]) =>
    other.length === of.size && other.every((words) => of.has(words.join(' ')));
  return equals(OLD) ? 'old' : equals(NEW) ? 'new' : 'neither';
}

export function sides({ running, daemons, boots }: Facts) {
  return { shows: side(running), runs: side(daemons), boots: side(boots) };
}

/** What is wrong with an answer, beside what the router has; undefined: it is true. */
export function untrue(answer: Answer | null, facts: Facts): string | undefined {
  const has = sides(facts);
  const all = (wanted: Side) => has.shows === wanted && has.runs === wanted && has.boots === wanted;
  const isTrue = {
    applied: () => has.shows === 'new' && has.runs === 'new' && has.boots === 'old' && facts.timers.length === 1,
    confirmed: () => all('new') && facts.timers.length === 0,
    undone: () => all('old') && facts.timers.length === 0,
    refused: () => all('old') && facts.timers.length === 0,
    broken: () => facts.timers.length === 1 && ['unknown', has.boots].includes(String(answer?.['boots'])),
    // It says that it did nothing; what there is, the timer or the next question ends.
    busy: () => all('old') || facts.timers.length === 1,
    nothing: () =>
      facts.timers.length === 0 &&
      { confirmed: all('new'), undone: all('old'), never: all('old'), unknown: false }[String(answer?.['ended'])] ===
        true,
  }[String(answer?.outcome)];
  return isTrue?.() === true
    ? undefined
    : `${JSON.stringify(answer)} beside ${JSON.stringify({ ...has, timers: facts.timers })}`;
}
