/**
 * What a configuration file of VyOS says, as `set` lines without quotes, sorted; undefined for a file that is cut off or
 * otherwise none, with which a router boots without any configuration.
 */
export function bootLines(text: string): readonly string[] | undefined {
  const path: string[] = [];
  const lines: string[] = [];
  let opened = false;
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('//') || line.startsWith('/*')) continue;
    const node = line.replace(/ ?\{$/, '').replace(/^(\S+) "(.*)"$/, '$1 $2');
    if (line === '}') {
      if (opened) lines.push(path.join(' '));
      if (path.pop() === undefined) return undefined;
    } else if (line.endsWith('{')) path.push(node);
    else if ((node.match(/"/g) ?? []).length > 0) return undefined;
    else lines.push([...path, node].join(' '));
    opened = line !== '}' && line.endsWith('{');
  }
  return path.length > 0 ? undefined : lines.map((line) => `set ${line}`).toSorted();
}
