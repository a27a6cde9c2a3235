import { z } from 'zod';
import type { Tags } from '#emulator/ec2/model/tags.ts';
import { AwsError } from '#emulator/service.ts';
import type { Resource } from '#emulator/template.ts';

/** The property `Tags`. */
export const tagList = z
  .array(z.object({ Key: z.string(), Value: z.coerce.string() }))
  .default([])
  .transform((all): Tags => Object.fromEntries(all.map(({ Key, Value }) => [Key, Value])));

/** What templates write for numbers. */
export const number = z.coerce.number();

/** What templates write for true and false. */
export const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html: CloudFormation's own tags come first.
 */
export function tagsOf(resource: Resource, tags: Tags): Tags {
  return {
    'aws:cloudformation:stack-id': resource.stackId,
    'aws:cloudformation:stack-name': resource.stack.name,
    'aws:cloudformation:logical-id': resource.logicalId,
    ...tags,
  };
}

/** Deletes what may be gone already: that is no failure of a deletion. */
export function deleteUnlessGone(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof AwsError) || !/NotFound|NotAttached/.test(error.code)) throw error;
  }
}
