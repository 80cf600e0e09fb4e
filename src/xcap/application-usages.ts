// The application usages of this server, in the order the capabilities document lists them.

import type { ApplicationUsage } from "./application-usage";
import { pidfManipulation } from "./usages/pidf-manipulation";
import { presRules } from "./usages/pres-rules";
import { resourceLists } from "./usages/resource-lists";
import { rlsServices } from "./usages/rls-services";
import { xcapCaps } from "./usages/xcap-caps";
import { xcapDirectory } from "./usages/xcap-directory";

export const applicationUsages: readonly ApplicationUsage[] = [
  xcapCaps,
  resourceLists,
  rlsServices,
  presRules,
  pidfManipulation,
  xcapDirectory,
];
