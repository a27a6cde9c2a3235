import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderConfig } from '#vyos/render.ts';
import { example } from './topologies.ts';

/**
 * `article-2014.txt` is the article's configuration, line by line. Its remote-as is written out as 65001, so it is that
 * of the site with AS 65002: Virginia.
 */
const article = readFileSync(new URL('./article-2014.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const standbyOnly = article.findIndex((line) => line.startsWith('#'));
const topology = example('original-2014');

/** In the order in which they are put in: the longer name first where one is part of another. */
const placeholders = (own: 1 | 2): [string, string][] => [
  ['[hostname]', `virginia-${own}`],
  ['[if:eth0]', 'eth0'],
  ['[対向EIP]', own === 1 ? '203.0.113.10' : '203.0.113.11'],
  ['[対向のID]', own === 1 ? '203.0.113.10' : '203.0.113.11'],
  ['[自身のID]', own === 1 ? '198.51.100.10' : '198.51.100.11'],
  ['[パスワード文字列]', `'{{ssm:/vyos-failover/original-2014/psk/tokyo-${own}--virginia-${own}}}'`],
  ['[ローカルIP]', own === 1 ? '10.2.100.10' : '10.2.100.11'],
  ['[LoopbackIP]', `10.255.2.${own}`],
  ['[対向LoopbackIP]', `10.255.1.${own}`],
  ['[VPN用アドレス/30]', own === 1 ? '169.254.10.2/30' : '169.254.10.6/30'],
  // The article has "/30" behind it, but a neighbour is an address.
  ['[対向VPN用アドレス/30]', own === 1 ? '169.254.10.1' : '169.254.10.5'],
  ['[VPN用ネットワークアドレス/30]', own === 1 ? '169.254.10.0/30' : '169.254.10.4/30'],
  ['[自AS番号]', '65002'],
  ['[同一AS内Standby側アドレス]', own === 1 ? '10.2.100.11' : '10.2.100.10'],
  ['[VyOS Subnet]', '10.2.100.0/24'],
  ['[Front Subnet]', '10.2.0.0/20'],
  ['[AWS DefaultGW]', '10.2.100.1'],
];

/** Where VyOS takes a network only, a loopback has its /32. */
function fill(line: string, own: 1 | 2): string {
  const asNetwork = line.replace(/(prefix|lo address|network) (\[(?:対向)?LoopbackIP\])$/, '$1 $2/32');
  return placeholders(own).reduce((text, [name, value]) => text.replaceAll(name, value), asNetwork);
}

test('the article has 45 lines for the active router and two more for the standby', () => {
  expect([standbyOnly, article.length - standbyOnly - 1]).toEqual([45, 2]);
});

test('on VyOS 1.1 the active router has each line of the article once, and no other', () => {
  const wanted = article.slice(0, standbyOnly).map((line) => fill(line, 1));
  expect(renderConfig(topology, 'virginia-1').lines.toSorted()).toEqual(wanted.toSorted());
});

test('on VyOS 1.1 the standby has the two lines with metric 100 as well', () => {
  const wanted = [...article.slice(0, standbyOnly), ...article.slice(standbyOnly + 1)].map((line) => fill(line, 2));
  expect(renderConfig(topology, 'virginia-2').lines.toSorted()).toEqual(wanted.toSorted());
});
