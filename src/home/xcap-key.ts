// How an XCAP document is named among those of its owner. An application usage's name has no space in it.

export const xcapKey = (auid: string, name: string): string => `${auid} ${name}`;
