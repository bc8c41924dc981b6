/** The operator's command line on the deployment that the scenarios share. */
import { deployed } from './deployed.ts';
import { commandLineSuite } from './suites/command-line.ts';

commandLineSuite(deployed);
