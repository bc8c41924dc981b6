import { type Ours, oursOf } from '../../../lib/timeline/rules/ours.ts';
import { configurationIn } from '../configuration.ts';

/**
 * Whose acts are our own, by a file with a configuration, or by cdk.json. A file that somebody named has to be good; without cdk.json, or with one
 * that cannot be read, logs can be read all the same.
 */
export async function oursIn(file: string | null): Promise<Ours | undefined> {
  try {
    return oursOf(await configurationIn(file));
  } catch (error) {
    if (file !== null) throw error;
    console.error(`tourniquet: What Tourniquet did itself is not set apart. ${(error as Error).message}`);
    return undefined;
  }
}
