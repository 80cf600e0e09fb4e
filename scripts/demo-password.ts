// Where the demonstration's password stands in what a deployment would be made from. With it any account name
// may log in, so one place is enough to refuse.

import { demoPasswordName } from "./demo.ts";

export interface DeploymentInputs {
  /** Configuration and settings, files named on the command line included. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
}

/** The places, as words for the user; none means that the deployment may go on. */
export function demoPasswordPlaces({ files, environment, argv }: DeploymentInputs): readonly string[] {
  return [
    ...files.filter(({ text }) => withoutComments(text).includes(demoPasswordName)).map(({ name }) => name),
    ...(environment[demoPasswordName] === undefined ? [] : ["the environment"]),
    ...(argv.some((argument) => argument.includes(demoPasswordName)) ? ["the command line"] : []),
  ];
}

/** TOML and the dotenv format agree on whole-line comments. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*#.*$/gm, "");
}
