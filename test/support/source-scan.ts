// TypeScript text taken apart just far enough to judge it: what is code, what is a comment, what is a string.
// A scanner of its own, because the compiler has no programming interface to ask.

export interface SourceScan {
  /** The code alone: comments and the insides of strings, templates and regular expressions are gone, and a
   * string stands as `"n"`, n its index in `strings`. Line breaks are kept. */
  readonly code: string;
  readonly strings: readonly string[];
}

/** After one of these a slash begins a regular expression; after anything else it divides. */
const beforeRegex = /(?:^|[([{}=,;:?!&|+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|delete|else|do))\s*$/;

const blank = (text: string): string => text.replace(/[^\n]/g, "");

export function scanSource(source: string): SourceScan {
  const strings: string[] = [];
  /** For each open template: how many braces are open inside its current `${`. */
  const templates: number[] = [];
  let code = "";
  let at = 0;

  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const text = pattern.exec(source)?.[0] ?? source.slice(at, at + 1);
    at += text.length;
    return text;
  };
  const templateText = (): void => {
    code += blank(take(/(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y));
    if (source.startsWith("${", at)) {
      at += 2;
      code += "(";
      templates.push(0);
    } else at += 1; // the closing backtick
  };

  while (at < source.length) {
    const next = source[at];
    if (source.startsWith("//", at)) take(/[^\n]*/y);
    else if (source.startsWith("/*", at)) code += ` ${blank(take(/\/\*[\s\S]*?(?:\*\/|$)/y))}`;
    else if (next === '"' || next === "'") {
      const literal = take(next === '"' ? /"(?:[^"\\\n]|\\[\s\S])*"?/y : /'(?:[^'\\\n]|\\[\s\S])*'?/y);
      code += `"${strings.push(literal.slice(1, -1)) - 1}"`;
    } else if (next === "`") {
      at += 1;
      code += '""';
      templateText();
    } else if (next === "/" && beforeRegex.test(code.slice(-24))) {
      take(/\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y);
      code += '""';
    } else {
      const open = templates.length - 1;
      const depth = templates[open];
      if (depth === 0 && next === "}") {
        templates.pop();
        at += 1;
        code += ")";
        templateText();
        continue;
      }
      if (depth !== undefined && next === "{") templates[open] = depth + 1;
      if (depth !== undefined && next === "}") templates[open] = depth - 1;
      code += take(/[\w$]+|[\s\S]/y);
    }
  }
  return { code, strings };
}

/** Every module the source names: static and dynamic imports, re-exports, and types by import(). */
export function importsOf({ code, strings }: SourceScan): readonly string[] {
  const named = /\b(?:from|import)\s*\(?\s*"(\d+)"/g;
  return [...code.matchAll(named)].map(([, index]) => strings[Number(index)] ?? "");
}
