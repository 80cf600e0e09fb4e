// The tree's types under names of this folder: which library makes it is nobody else's concern.

import type * as library from "@xmldom/xmldom";

export type XmlNode = library.Node;
export type XmlElement = library.Element;
export type XmlAttribute = library.Attr;
