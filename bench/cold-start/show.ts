import { renderTable } from '#bench/table.ts';
import { showMemory } from './memory/show.ts';
import type { BundleReport, ColdStartReport } from './report.ts';

const LABELS = { ours: 'as deployed', 'cdk-default': "CDK's default" } as const;

/** Two tables: imports by bundling, and the functions by size of memory. */
export function showColdStart({ bareNode, bundles, memory, machine }: ColdStartReport): string {
  const rows = [
    ['bare Node', '', bareNode.median.importMs.toFixed(0), '', bareNode.median.processMs.toFixed(0), '1.00', ''],
    ...bundles.map(({ function: name, bundling, median, timesCdkDefault, timesBareNode, bytes }: BundleReport) => [
      name,
      LABELS[bundling],
      median.importMs.toFixed(0),
      timesCdkDefault.toFixed(2),
      median.processMs.toFixed(0),
      timesBareNode.toFixed(2),
      (bytes / 1000).toFixed(0),
    ]),
  ];
  return [
    `Importing a function's code in a fresh process, medians of ${bareNode.runs.length}.`,
    '',
    renderTable(['function', 'bundling', 'import ms', "÷ CDK's default", 'process ms', '÷ bare Node', 'kB'], rows, 2),
    '',
    "CDK's default: SDK external (here from node_modules; its size is not counted), CommonJS, main before module, not minified",
    '',
    showMemory(memory),
    '',
    `${machine.cores} × ${machine.cpu}, Node ${machine.node}`,
    '',
  ].join('\n');
}
