import { describe, expect, it } from 'vitest';
import { TestRouter } from './router.fixture.ts';

const evidenceOf = async (router: TestRouter) => {
  expect((await router.report()).status).toBe(0);
  return router.bodies()[0]?.evidence;
};

describe('report, giving evidence', () => {
  it('asks for the BGP summary and for the members of Serf', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', 'printf \'{"args":"%s|%s|%s"}\' "$#" "$1" "$2"');
    await router.command('serf', 'printf \'{"args":"%s|%s|%s"}\' "$#" "$1" "$2"');

    expect(await evidenceOf(router)).toMatchObject({
      bgp: { args: '2|-c|show bgp summary json' },
      serf: { args: '2|members|-format=json' },
    });
  });

  it('passes on what vtysh printed as it is, with layout, escapes and other alphabets', async () => {
    const router = await TestRouter.start();
    await router.command(
      'vtysh',
      `cat <<'EOF'\n\n{\n\t"desc": "a \\"b\\" \\\\ \\u0007 %s $HOME 東京",\r\n  "peers": {}\n}\n\nEOF`,
    );

    expect((await evidenceOf(router))?.bgp).toEqual({ desc: 'a "b" \\ \u0007 %s $HOME 東京', peers: {} });
  });

  it('sends what vtysh complained of, whatever is in it', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', `printf 'no "bgpd"\\n\\t\\\\ \\001\\033 \\303\\251 \\377 $(id)' >&2; exit 3`);

    expect(await evidenceOf(router)).toMatchObject({
      bgp: null,
      bgpError: 'vtysh ended with status 3: no "bgpd"\n\t\\ \u0001\u001b ?? ? $(id)',
    });
  });

  it.each([
    ['no JSON', `echo '% BGP instance not found'`, 'vtysh wrote no JSON object: % BGP instance not found'],
    ['half an object', `echo '{"peers":'`, 'vtysh wrote no JSON object: {"peers":'],
    ['bytes that are no UTF-8', `printf '{"a":"\\377"}'`, 'vtysh wrote no JSON object: {"a":"?"}'],
    ['a NUL', `printf '{"a":1\\000}'`, 'vtysh wrote something that is no text'],
    ['nothing', 'exit 0', 'vtysh wrote no JSON object: '],
    ['more than 32 KiB', `printf '{"a":"%040000d"}' 0`, 'vtysh wrote more than 32768 bytes'],
  ])('reports without BGP evidence when vtysh writes %s', async (_, script, fault) => {
    const router = await TestRouter.start();
    await router.command('vtysh', script);

    expect(await evidenceOf(router)).toMatchObject({ bgp: null, bgpError: fault });
    expect(await router.log()).toContain('no BGP evidence: vtysh');
  });

  it('does not wait for a vtysh that hangs', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', 'exec sleep 100');

    expect(await evidenceOf(router)).toMatchObject({ bgp: null, bgpError: 'vtysh did not end within 1 s' });
    await router.untilIdle();
  });

  it('reports without Serf where there is none', async () => {
    const router = await TestRouter.start({ SERF: '/nonexistent/serf' });

    const evidence = await evidenceOf(router);

    expect(evidence?.serf).toBeNull();
    expect(evidence?.bgp).not.toBeNull();
    expect(await router.log()).toContain('no Serf evidence: /nonexistent/serf ended with status 127');
  });

  it('stays under 64 KiB with the largest evidence that it takes', async () => {
    const router = await TestRouter.start();
    await router.command('vtysh', `printf '{"a":"%032760d"}' 0`);
    await router.command('serf', `printf '{"a":"%016376d"}' 0`);

    const evidence = await evidenceOf(router);

    expect(evidence?.bgp).not.toBeNull();
    expect(evidence?.serf).not.toBeNull();
    expect(router.api.requests[0]?.body.length).toBeGreaterThan(49_000);
    expect(router.api.requests[0]?.body.length).toBeLessThan(65_536);
  });
});
