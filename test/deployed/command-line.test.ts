/** The operator's command line on the deployment that the scenarios share. */

import { commandLineSuite } from '../console/command-line.ts';
import { deployed } from './deployed.ts';

commandLineSuite(deployed);
