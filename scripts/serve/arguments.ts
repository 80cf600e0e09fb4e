// The command line of `npm run serve`.

import { parseArgs } from "node:util";
import { demoVariables } from "../demo.ts";

export interface ServeArguments {
  /** TCP port on 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** The folder that keeps the objects' databases. */
  readonly stateDirectory: string;
  /** Settings of the gateway, as text bindings. */
  readonly variables: Readonly<Record<string, string>>;
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const serveUsage =
  "usage: npm run serve -- --port PORT --state DIRECTORY [--demo] [--var NAME=VALUE]...\n" +
  "  --port   a port on 127.0.0.1, 0 for any free one\n" +
  "  --state  the folder that keeps the objects' state, made when it is missing\n" +
  "  --demo   realms localhost and example.test, every account with the password demo\n" +
  "  --var    a setting of the gateway; it wins over what --demo sets";

/** Older stock clients and load generators answer MD5 only, so the demonstration offers nothing else. */
const demoServeVariables: Readonly<Record<string, string>> = {
  ...demoVariables,
  DIGEST_ALGORITHMS: "MD5",
  // One pair of a load generator on the same machine sends more than any person's client would.
  REQUEST_RATE: "100000",
  REQUEST_BURST: "100000",
};

/** Throws UsageError with a sentence for the user; the variables of --var win over those of --demo. */
export function parseServeArguments(argv: readonly string[]): ServeArguments {
  const values = parseOptions(argv);
  return {
    port: parsePort(values.port),
    stateDirectory: parseStateDirectory(values.state),
    variables: { ...(values.demo ? demoServeVariables : {}), ...parseVariables(values.var ?? []) },
  };
}

function parseOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: { type: "string" },
        state: { type: "string" },
        demo: { type: "boolean", default: false },
        var: { type: "string", multiple: true },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function parsePort(text: string | undefined): number {
  if (text === undefined) throw new UsageError("--port is missing");
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`--port must be a number from 0 to 65535, not "${text}"`);
  return port;
}

function parseStateDirectory(text: string | undefined): string {
  if (text === undefined || text === "")
    throw new UsageError("--state is missing: where shall the state be kept?");
  return text;
}

/** Names in the Worker's environment that are objects and pages, not settings. */
const bindings: readonly string[] = ["ADDRESS_OF_RECORD", "REALM", "ASSETS"];

function parseVariables(pairs: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, Math.max(0, equals));
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new UsageError(`--var must read NAME=VALUE, not "${pair}"`);
    if (bindings.includes(name))
      throw new UsageError(`--var ${name} is no setting: the gateway itself is bound to it`);
    variables[name] = pair.slice(equals + 1);
  }
  return variables;
}
