import { type Ours, oursOf } from '../../../lib/timeline/rules/ours.ts';
import { configurationIn } from '../configuration.ts';

/**
 * Whose acts are our own, by a file with a configuration, or by cdk.json. A file that somebody named has to be good; without cdk.json, or with one
 * that cannot be read, logs can be read all the same. `runs` are the sessions of an incident’s runs: where they are known, no other is ours.
 */
export async function oursIn(file: string | null, runs: Ours['runs']): Promise<Ours | undefined> {
  try {
    const ours = oursOf(await configurationIn(file));
    return ours && runs ? { ...ours, runs } : ours;
  } catch (error) {
    if (file !== null) throw error;
    console.error(`tourniquet: What Tourniquet did itself is not set apart. ${(error as Error).message}`);
    return undefined;
  }
}
