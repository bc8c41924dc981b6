import { Broken } from '../../../lib/domain/errors.ts';
import { type Check, fail, ok, warn } from '../check.ts';
import { differs, modeNow, settingsNow } from '../settings.ts';

const concerns = { role: 'open-incident', action: 'dynamodb:GetItem' };

const mode: Check = {
  id: 'mode',
  about: 'hub',
  title: 'The mode is respond',
  asks: ['dynamodb:GetItem'],
  concerns,
  async run(at) {
    const { mode: now, since } = await modeNow(at);
    if (now === 'respond') return ok(`respond, since ${since}`);
    return warn(
      `observe, since ${since}: nothing is contained`,
      '# with two approvers',
      'npm run -s tourniquet -- mode respond',
    );
  },
};

const readable: Check = {
  id: 'settings',
  about: 'hub',
  title: 'The settings can be read, and say what was deployed',
  asks: ['dynamodb:GetItem'],
  concerns,
  async run(at) {
    try {
      const now = await settingsNow(at);
      if (!now) return ok('none in the table: those deployed count');
      const version = `version ${now.version}, since ${now.at} by ${now.by}`;
      if (!differs(at, now.settings)) return ok(version);
      return warn(
        `${version}: not what was deployed, and the table counts`,
        '# shows where; with --config FILE, if you deploy with -c config=FILE',
        'npm run -s tourniquet -- settings diff',
      );
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return fail(
        `${error.message} Everything is asked about, and nobody can approve`,
        '# with "settingsReset": {"reason": "…"} in the configuration',
        'npx cdk deploy Tourniquet',
      );
    }
  },
};

export const settings: readonly Check[] = [readable, mode];
