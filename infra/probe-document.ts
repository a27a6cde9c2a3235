import type { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { commandDocument } from './command-document.ts';
import { quotedProgram } from './router-program.ts';

/** Addresses with a space between: nothing that a shell would take for its own. */
const ADDRESSES = '^[0-9A-Fa-f.:]+( [0-9A-Fa-f.:]+)*$';

/**
 * What health-probe runs on a router: one read-only command. The router counts its sessions itself, because SSM keeps only
 * 24,000 characters of output, some 50 neighbors; the document contains the program, so that the deployed version
 * runs, whatever is installed on the router.
 */
export function probeDocument(scope: Construct, name: string): CfnDocument {
  return commandDocument(scope, 'ProbeDocument', {
    name,
    description: "Prints the counts of the router's BGP sessions as JSON",
    parameters: {
      // In the text and not as ENV_VAR, which an SSM agent older than 3.3.2746.0 does not know.
      Tunnels: addresses("BGP neighbors at the far ends of the router's tunnels"),
      Pair: addresses('BGP neighbor that is the other router of the pair'),
    },
    step: { name: 'CountBgpSessions', timeoutSeconds: 10, script: script() },
  });
}

function addresses(description: string) {
  return { type: 'String', description, allowedPattern: ADDRESSES };
}

function script(): string[] {
  return [
    "ask() { vtysh -d bgpd -c 'show bgp summary json'; }",
    ...`count() { /usr/bin/python3 -IS -c ${quotedProgram('count-sessions')} --tunnels '{{ Tunnels }}' --pair '{{ Pair }}' "$@"; }`.split(
      '\n',
    ),
    // What is installed, and the package of the SSM agent that was compared last, or else the one that is stored.
    'programs() (',
    '  cd "${VYOS_FAILOVER_ROOT-}/config/vyos-failover" || exit',
    '  head -c 200 VERSION',
    '  head -c 64 agent-deployed || head -c 64 amazon-ssm-agent.deb.sha256',
    ') 2>/dev/null',
    'if summary=$(ask); then',
    // What is not answered, or not in time, is unknown. An argument of a command may have 128 KiB.
    `  neighbor=$(timeout 2 vtysh -d bgpd -c 'show bgp neighbors {{ Pair }} json' 2>/dev/null | head -c 30000)`,
    `  printf '%s' "$summary" | count --neighbor "$neighbor" --programs "$(programs)"`,
    // Not silence: this router has no bgpd, and so no session.
    "elif ask 2>&1 | grep -q 'failed to connect to any daemons'; then",
    `  printf '{}' | count --programs "$(programs)"`,
    'else',
    '  exit 1',
    'fi',
  ];
}
