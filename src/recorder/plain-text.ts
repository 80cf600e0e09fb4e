// Text of a stranger's on one line of an operator's screen or terminal.

/** Control characters, and those that turn the direction of what follows: each as one visible sign. */
const unfit = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export const plainText = (text: string): string => text.replace(unfit, "\ufffd");
