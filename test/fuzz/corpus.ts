// What the fuzzer starts from: torture messages, the flows and documents printed in RFCs; and the same of a folder
// beside the checkout when there is one.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Corpus {
  /** Whole SIP messages. */
  readonly messages: readonly string[];
  /** XML documents, and other bodies. */
  readonly documents: readonly string[];
  /** Header lines, without their line ends. */
  readonly lines: readonly string[];
}

/** The corpus of the project at `root`. */
export function readCorpus(root: string): Corpus {
  const folders = [join(root, "test/conformance"), join(root, "../shared/conformance")].filter(existsSync);
  const messages = [...new Set(folders.flatMap(messagesIn))];
  const documents = [...new Set(folders.flatMap(documentsIn))];
  const lines = new Set(
    messages.flatMap((text) =>
      headOf(text)
        .split(/\r\n(?![ \t])/)
        .slice(1),
    ),
  );
  return { messages, documents, lines: [...lines].filter((line) => line !== "" && line.length < 2000) };
}

const headOf = (text: string): string => text.split("\r\n\r\n", 1)[0] ?? "";

function messagesIn(folder: string): readonly string[] {
  const torture = ["rfc4475", "rfc5118"].flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith(".dat"))
      .sort()
      .map((file) => readFileSync(join(folder, name, file), "latin1")),
  );
  const flows = JSON.parse(readFileSync(join(folder, "flows/flows.json"), "utf8")) as FlowFile;
  return [...torture, ...flows.flows.flatMap((flow) => flow.messages.map(({ message }) => message))];
}

interface FlowFile {
  readonly flows: readonly { readonly messages: readonly { readonly message: string }[] }[];
}

const documentsIn = (folder: string): readonly string[] =>
  readdirSync(join(folder, "documents"))
    .filter((file) => /\.(?:xml|mime|cpim)$/.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, "documents", file), "utf8"));
