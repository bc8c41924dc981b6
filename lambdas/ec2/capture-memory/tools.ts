import type { Memory } from '../../../lib/domain/config.ts';
import { config } from '../../runtime/environment.ts';
import type { Work } from '../../runtime/pipeline.ts';
import { toolUrl } from '../../runtime/tool-url.ts';
import type { Platform } from '../run-command.ts';
import { linuxScript } from './linux.ts';
import type { Capture, ToolHere } from './script.ts';
import { windowsScript } from './windows.ts';

type Tool = NonNullable<Memory['windows']>;

/** The tools that the configuration names for it. */
export function toolsOf(platform: Platform): Tool[] {
  const { linux, windows } = config().memory ?? {};
  return [...(platform === 'Linux' ? [linux?.x86_64, linux?.arm64] : [windows])].flatMap((tool) => tool ?? []);
}

export const namesTool = (platform: Platform): boolean => toolsOf(platform).length > 0;

/** Seconds for which a tool may be fetched. */
const fetching = 300;

/** As the instance sees it: what lies in a bucket it gets by a signed address. */
async function here(work: Work, tool: Tool | undefined): Promise<ToolHere | undefined> {
  if (!tool?.from.startsWith('s3://')) return tool;
  return { ...tool, from: await toolUrl(work, tool.from, fetching) };
}

/** What an instance runs. It holds what whoever reads it could use: it goes to the instance alone. */
export async function scriptFor(work: Work, platform: Platform, capture: Capture): Promise<string> {
  const { linux, windows } = config().memory ?? {};
  if (platform === 'Linux') {
    const [x86_64, aarch64] = await Promise.all([here(work, linux?.x86_64), here(work, linux?.arm64)]);
    return linuxScript({ x86_64, aarch64 }, capture);
  }
  const tool = await here(work, windows);
  return tool ? windowsScript(tool, capture) : '';
}
