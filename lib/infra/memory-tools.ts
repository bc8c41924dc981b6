import { Aws } from 'aws-cdk-lib';
import type { Config } from '../domain/config.ts';
import type { Grant } from './grant.ts';

/** To read the tools that copy memory, by their names, where they lie in a bucket. */
export function readingTools({ memory }: Pick<Config, 'memory'>): Grant {
  const tools = [memory?.linux?.x86_64, memory?.linux?.arm64, memory?.windows];
  const resources = tools.flatMap((tool) =>
    tool?.from.startsWith('s3://') ? [`arn:${Aws.PARTITION}:s3:::${tool.from.slice('s3://'.length)}`] : [],
  );
  return { statements: resources.length > 0 ? [{ actions: ['s3:GetObject'], resources }] : [], environment: {} };
}
