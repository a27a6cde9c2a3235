import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** SSM takes no larger document. */
const LARGEST_DOCUMENT = 64 * 1024;
/** The Python files that the scripts need, in `router/`. */
const MODULES = {
  'apply-config': pythonFiles('apply-config.d'),
  'install-bundle': [
    ...pythonFiles('install-bundle.d'),
    'apply-config.d/aws.py',
    'first-boot/bundle.py',
    'first-boot/waiting.py',
  ],
  examine: [...pythonFiles('examine.d'), 'apply-config.d/aws.py'],
  'show-config': [
    'boot_file',
    'booted',
    'config_text',
    'machine',
    'newer_commands',
    'pending',
    'running',
    'show_config',
    'timer',
  ].map((name) => `apply-config.d/${name}.py`),
} as const;
/** A pair of programs for each file would take longer than all that they are for. */
const UNPACK =
  'import json, sys; [open(sys.argv[1] + "/" + name, "w", encoding="utf-8").write(text) for name, text in json.load(sys.stdin.buffer)]';

/**
 * A script of `router/` with the Python files that it needs, as the lines of an SSM document. The document contains
 * them, so that the deployed version runs, whatever is installed on the router; each version has a folder named by its hash. The
 * folder is created in one step, because two deliveries may run at once. No here-document: bash 5.0 puts each into a file.
 *
 * @param script name in `router/`
 * @throws Error for text that SSM would reject or replace
 */
export function routerProgram(script: keyof typeof MODULES): readonly string[] {
  const lines = known.get(script) ?? programOf(script);
  known.set(script, lines);
  return lines;
}

/** All sites have the same documents. */
const known = new Map<keyof typeof MODULES, readonly string[]>();

function programOf(script: keyof typeof MODULES): readonly string[] {
  const files = MODULES[script].map((path) => ({ name: path.replace(/^.*\//, ''), text: read(path) }));
  const hash = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 12);
  const [shebang = '', ...body] = read(script).trimEnd().split('\n');
  const lines = [
    shebang,
    'set -euo pipefail',
    `PROGRAM=\${VYOS_FAILOVER_RUN:-/run/vyos-failover}/${script}-${hash}`,
    // All but the last line, which runs the program: the parameters are checked before anything is written.
    ...body.slice(0, -1),
    'if [[ ! -d $PROGRAM ]]; then',
    'mkdir -p "${PROGRAM%/*}"',
    'new=$(mktemp -d "$PROGRAM.XXXXXX")',
    `trap 'rm -rf "$new"' EXIT`,
    `printf %s '${packed(files)}' | base64 -d | gzip -d | /usr/bin/python3 -IS -c '${UNPACK}' "$new"`,
    'chmod 755 "$new"',
    'mv -T "$new" "$PROGRAM" 2>/dev/null || { rm -rf "$new"; [[ -d $PROGRAM ]]; }',
    'trap - EXIT',
    'fi',
    ...body.slice(-1),
  ];
  const text = lines.join('\n');
  if (text.includes('{{')) throw new Error(`router/${script}: SSM would replace what stands in double braces.`);
  if (Buffer.byteLength(text) > LARGEST_DOCUMENT - 4096)
    throw new Error(`router/${script} is too large for a document.`);
  return lines;
}

/** Compressed: the files are larger than a document may be. */
function packed(files: readonly { readonly name: string; readonly text: string }[]): string {
  return gzipSync(JSON.stringify(files.map(({ name, text }) => [name, text])), { level: 9 }).toString('base64');
}

function pythonFiles(folder: string): string[] {
  return readdirSync(fileURLToPath(new URL(`../router/${folder}`, import.meta.url)))
    .filter((name) => name.endsWith('.py'))
    .toSorted()
    .map((name) => `${folder}/${name}`);
}

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../router/${path}`, import.meta.url)), 'utf8');
}

/**
 * A Python program of `router/`, as one argument of a shell's command line.
 *
 * @throws Error for text that SSM would replace
 */
export function quotedProgram(name: string): string {
  const text = read(name).trimEnd();
  if (text.includes('{{')) throw new Error(`router/${name}: SSM would replace what stands in double braces.`);
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
