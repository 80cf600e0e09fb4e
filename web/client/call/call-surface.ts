// What the console loads for calls, in one piece, after everything else.

import { CallAlerts } from "./call-alerts";
import { CallStage } from "./call-stage";

export const callSurface = { CallAlerts, CallStage };
