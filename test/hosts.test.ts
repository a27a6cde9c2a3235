import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Names of services in policies, which are the same in every partition; what an example shows; documentation. */
const ALLOWED = /(lambda|events|cloudwatch|ec2|chatbot)\.amazonaws\.com'|a1b2c3\.execute-api\.|docs\.aws\.amazon\.com/;
const COMMENT = /^\s*(\/\/|\/?\*|#)/;

it('nothing of the product builds a host of AWS by hand, or an ARN of one partition', () => {
  const folders = '{aws,cli,failover,functions,infra,router,topology,vyos}';
  const files = globSync(`${folders}/**/*`, { withFileTypes: true }).filter((entry) => entry.isFile());
  // The table of partitions itself.
  const lines = files
    .map((file) => `${file.parentPath}/${file.name}`)
    .filter((path) => path !== 'topology/partitions.ts')
    .flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .map((line) => ({ path, line })),
    );
  expect(files.length).toBeGreaterThan(300);
  const found = lines.filter(
    ({ line }) => /amazonaws\.|arn:aws:/.test(line) && !ALLOWED.test(line) && !COMMENT.test(line),
  );
  expect(found).toEqual([]);
});
